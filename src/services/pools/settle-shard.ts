import { isUpTo } from '../../domain/pool.ts';
import type { StreamId } from '../../domain/pool.ts';
import type { ShardProgress } from '../../ports/pool-books.ts';
import type { EventPage } from '../../ports/pool-gate.ts';
import { acknowledge } from './acknowledge.ts';
import { firstBatchSize, nextBatchSize } from './batch-size.ts';
import type { ShardDependencies } from './dependencies.ts';
import { shutFrozen } from './freeze-shard.ts';
import { settleBatch } from './settle-batch.ts';
import type { BatchOutcome, Position } from './settle-batch.ts';

/** One transaction, in events unless said otherwise. */
export interface SettledRound {
  readonly entries: number;
  readonly sold: number;
  readonly returned: number;
  readonly duplicates: number;
  readonly parked: number;
  /** Of each parked event the bucket that it is about; null: nobody can tell. */
  readonly parkedIn: readonly (number | null)[];
  /** Entries that still stand in the stream, about. */
  readonly backlog: number;
  /** Sentences that a person should hear: recovered units, parked events, damage found. */
  readonly alarms: readonly string[];
}

/** Why settling ended, and where it stands. */
export type SettleEnd = { readonly position: Position } & (
  | { readonly status: 'idle'; readonly gate: GateState }
  /** Stopped by `roundsMax`, `until` or the signal. */
  | { readonly status: 'stopped' }
  /** Somebody else settled, or a recovery began: nothing was done, look again. */
  | { readonly status: 'overtaken' }
  /** Redis went back: its recovery has to be requested. */
  | { readonly status: 'regress' }
  | { readonly status: 'frozen'; readonly reason: string }
);

/** Of Redis, as the last page of events told. */
export type GateState = Pick<EventPage, 'generation' | 'isOpen' | 'ackVersion' | 'ackToken'>;

export interface SettleOptions {
  /** Where the last call ended; without it the books are asked. */
  readonly from?: Position | null;
  /** Transactions at most. */
  readonly roundsMax?: number;
  /** An entry that is enough: what comes after it may wait. */
  readonly until?: StreamId | undefined;
  /** Looked at between transactions. */
  readonly signal?: AbortSignal | undefined;
  readonly onRound?: ((round: SettledRound) => void) | undefined;
}

/**
 * The worker's loop while there is something to do: read what the stream has after the settled position,
 * settle it in transactions that grow with the backlog, acknowledge and trim. The next page is read
 * while MySQL works; the order stays, because one transaction ends before the next begins.
 * @throws InvError STORE_UNAVAILABLE, OUTCOME_UNKNOWN (run it again: what was settled is, once)
 */
export async function settleShard(
  dependencies: ShardDependencies,
  shard: number,
  options: SettleOptions = {},
): Promise<SettleEnd> {
  const end = await settle(dependencies, shard, options);
  if (end.status === 'frozen') await shutFrozen(dependencies, shard);
  return end;
}

async function settle(
  dependencies: ShardDependencies,
  shard: number,
  options: SettleOptions,
): Promise<SettleEnd> {
  const { from = null } = options;
  if (from !== null) return settleFrom(dependencies, from, options);
  const { progress } = await dependencies.books.shard(shard, { includeClosed: false });
  if (progress.state === 'frozen') {
    return { status: 'frozen', reason: frozenReason(progress), position: progress };
  }
  return settleFrom(dependencies, progress, options);
}

async function settleFrom(
  dependencies: ShardDependencies,
  start: Position,
  options: SettleOptions,
): Promise<SettleEnd> {
  const { gate, settings } = dependencies;
  const { roundsMax = Infinity, onRound } = options;
  const eventsMax = settings.batchEventsMax;
  let position = start;
  let size = firstBatchSize(eventsMax);
  let acknowledging: Promise<void> = Promise.resolve();
  let page = await gate.readEvents(position.shard, position.watermark, size);
  try {
    for (let round = 1; page.entries.length > 0; round += 1) {
      const { entries, backlog } = page;
      size = nextBatchSize(size, { backlog, eventsMax });
      const [settled, next] = await Promise.allSettled([
        settleBatch(dependencies, position, page),
        gate.readEvents(position.shard, entries.at(-1)?.id ?? position.watermark, size),
        acknowledging,
      ]);
      const outcome = valueOf(settled);
      if (outcome.status !== 'settled') return endOf(outcome, position);
      position = { ...position, version: outcome.version, watermark: outcome.watermark };
      await acknowledging;
      acknowledging = acknowledge(dependencies, position, outcome);
      onRound?.({ ...outcome, entries: entries.length, backlog });
      if (round >= roundsMax || isEnough(position, options)) return { status: 'stopped', position };
      page = valueOf(next);
    }
    return { status: 'idle', gate: page, position };
  } finally {
    await acknowledging;
  }
}

function isEnough({ watermark }: Position, { until, signal }: SettleOptions): boolean {
  return signal?.aborted === true || (until !== undefined && isUpTo(until, watermark));
}

function endOf(
  outcome: Exclude<BatchOutcome, { readonly status: 'settled' }>,
  position: Position,
): SettleEnd {
  switch (outcome.status) {
    case 'overtaken':
      return { status: 'overtaken', position };
    case 'regress':
      return { status: 'regress', position };
    case 'frozen':
      return { status: 'frozen', reason: outcome.reason, position };
    case 'restored':
      return { status: 'frozen', reason: RESTORED, position };
  }
}

export const RESTORED = 'MySQL is older than the last settlement that Redis was told of';

export function frozenReason({ frozenReason }: Pick<ShardProgress, 'frozenReason'>): string {
  return frozenReason ?? 'no reason was recorded';
}

function valueOf<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'fulfilled') return result.value;
  throw result.reason;
}
