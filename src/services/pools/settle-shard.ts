import { InvError } from '../../lib/errors.ts';
import type { ShardDependencies } from './dependencies.ts';

/** Sums over the settlements of a round or a run, in events unless said otherwise. */
export interface SettledCounts {
  readonly entries: number;
  readonly sold: number;
  readonly returned: number;
  readonly duplicates: number;
  readonly parked: number;
}

/** What one round came to. */
export type SettleRound =
  | {
      readonly status: 'settled';
      readonly counts: SettledCounts;
      /** Entries still in the stream, about. */
      readonly backlog: number;
      /** Sentences that a person should hear: recovered units, parked events, damage found. */
      readonly alarms: readonly string[];
    }
  | { readonly status: 'idle' }
  /** Somebody else settled, or a recovery began: nothing was done, look again. */
  | { readonly status: 'overtaken' }
  /** Redis went back: a recovery was requested. */
  | { readonly status: 'regress' }
  | { readonly status: 'frozen'; readonly reason: string };

/**
 * One round of the worker's loop: read what the stream has after the settled position, settle it in one
 * transaction (missing events are looked up by their request records), acknowledge and trim.
 * @throws InvError STORE_UNAVAILABLE, OUTCOME_UNKNOWN (run it again: it is idempotent)
 */
export function settleShard(
  _dependencies: ShardDependencies,
  _shard: number,
  _options: { readonly eventsMax: number },
): Promise<SettleRound> {
  return Promise.reject(new InvError('UNEXPECTED', 'not built yet'));
}
