import { InvError } from '../../lib/errors.ts';
import type { ShardDependencies } from './dependencies.ts';

/** What a rebuilt bucket may have lost. */
export interface RebuiltBucket {
  readonly bucketId: number;
  readonly sku: string;
  readonly location: string;
  readonly epoch: number;
  /** Units that Redis may go on selling. */
  readonly delegated: number;
  /** Units sold and acknowledged by Redis that the books may never hear of, at most. 0: nothing was lost. */
  readonly lostMax: number;
  /** Of these, units kept reserved for them (a loss limit is set). */
  readonly quarantined: number;
}

export type RecoverOutcome =
  | { readonly status: 'not_due' }
  /** Redis holds what it should: it was opened again as it is. */
  | { readonly status: 'adopted' }
  /** Redis had lost or changed data: every bucket has a new epoch, loaded from the books. */
  | {
      readonly status: 'rebuilt';
      readonly lossy: boolean;
      readonly buckets: readonly RebuiltBucket[];
    }
  /** Never repaired by itself: an operator looks at it first. */
  | { readonly status: 'frozen'; readonly reason: string }
  /** Others recover it, or it changed under our hands too often: ask again. */
  | { readonly status: 'busy' };

/**
 * Opens a shard of Redis again after a restart, a failover or damage: RECOVER of docs/pools.md, steps R0
 * to R5. Any number of processes may do it at once; a refusal or an unknown answer begins anew, a
 * bounded number of times.
 * @throws InvError STORE_UNAVAILABLE, OUTCOME_UNKNOWN (the shard stays shut; ask again)
 */
export function recoverShard(
  _dependencies: ShardDependencies,
  _shard: number,
): Promise<RecoverOutcome> {
  return Promise.reject(new InvError('UNEXPECTED', 'not built yet'));
}
