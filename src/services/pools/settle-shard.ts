import type { StreamId } from '../../domain/pool.ts';
import { failpoint } from '../../lib/failpoint.ts';
import type { SettleOutcome, ShardProgress } from '../../ports/pool-books.ts';
import type { EventPage } from '../../ports/pool-gate.ts';
import { cutBatch, firstBatchSize, nextBatchSize } from './batch-size.ts';
import type { ShardDependencies } from './dependencies.ts';
import { settleBatch } from './settle-batch.ts';
import type { BatchOutcome, Position } from './settle-batch.ts';

/** One transaction, in events unless said otherwise. */
export interface SettledRound {
  readonly entries: number;
  readonly sold: number;
  readonly returned: number;
  readonly duplicates: number;
  readonly parked: number;
  /** Entries that still stand in the stream, about. */
  readonly backlog: number;
  /** Sentences that a person should hear: recovered units, parked events, damage found. */
  readonly alarms: readonly string[];
}

/** Why settling ended; `gate` is what the last page said. */
export type SettleEnd = { readonly position: Position } & (
  | { readonly status: 'idle'; readonly gate: GateState }
  /** Stopped by `roundsMax` or the signal. */
  | { readonly status: 'stopped' }
  /** Somebody else settled, or a recovery began: nothing was done, look again. */
  | { readonly status: 'overtaken' }
  /** Redis went back: its recovery has to be requested. */
  | { readonly status: 'regress' }
  | { readonly status: 'frozen'; readonly reason: string }
);

/** Of Redis, as the page of events tells. */
export type GateState = Pick<EventPage, 'generation' | 'isOpen' | 'ackVersion' | 'ackToken'>;

export interface SettleOptions {
  /** Transactions at most. */
  readonly roundsMax?: number;
  /** Looked at between transactions. */
  readonly signal?: AbortSignal | undefined;
  readonly onRound?: (round: SettledRound) => void;
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
  const { progress } = await dependencies.books.shard(shard, { includeClosed: false });
  if (progress.state === 'frozen') {
    return { status: 'frozen', reason: frozenReason(progress), position: progress };
  }
  return settleFrom(dependencies, progress, options);
}

async function settleFrom(
  dependencies: ShardDependencies,
  start: Position,
  { roundsMax = Infinity, signal, onRound }: SettleOptions,
): Promise<SettleEnd> {
  const { gate, settings } = dependencies;
  const { shard } = start;
  const eventsMax = settings.batchEventsMax;
  let position = start;
  let size = firstBatchSize(eventsMax);
  let trimming: Promise<void> = Promise.resolve();
  let page = await gate.readEvents(shard, position.watermark, size);
  try {
    for (let round = 1; page.entries.length > 0; round += 1) {
      const { batch, rest } = cutBatch(page.entries, size);
      const backlog = page.backlog + rest.length;
      size = nextBatchSize(size, { backlog, eventsMax });
      const ahead = readAhead(gate, { shard, page, rest, countMax: size });
      const [settled, next] = await Promise.allSettled([
        settleBatch(dependencies, position, { ...page, entries: batch }),
        ahead,
        trimming,
      ]);
      const outcome = valueOf(settled);
      if (outcome.status !== 'settled') return endOf(outcome, position);
      position = { ...position, version: outcome.version, watermark: outcome.watermark };
      await trimming;
      trimming = trim(dependencies, position, outcome);
      onRound?.({ ...outcome, entries: batch.length, backlog });
      if (round >= roundsMax || signal?.aborted === true) return { status: 'stopped', position };
      page = valueOf(next);
    }
    return { status: 'idle', gate: page, position };
  } finally {
    await trimming;
  }
}

/** The page after this one: what was read beyond the batch, or what the stream has by now. */
function readAhead(
  gate: ShardDependencies['gate'],
  from: {
    readonly shard: number;
    readonly page: EventPage;
    readonly rest: EventPage['entries'];
    readonly countMax: number;
  },
): Promise<EventPage> {
  const { shard, page, rest, countMax } = from;
  if (rest.length > 0) return Promise.resolve({ ...page, entries: rest });
  return gate.readEvents(shard, lastId(page), countMax);
}

function lastId({ entries }: EventPage): StreamId {
  return entries.at(-1)?.id ?? { ms: 0, seq: 0 };
}

/**
 * Tells Redis what is settled and lets it forget what is old. May come late, twice or never; a shard
 * that is shut ignores it.
 */
async function trim(
  { gate, settings }: ShardDependencies,
  { shard, generation, watermark }: Position,
  settled: Extract<SettleOutcome, { readonly status: 'settled' }>,
): Promise<void> {
  await failpoint('trim.before');
  await gate.trim({
    shard,
    generation,
    upTo: watermark,
    ackVersion: settled.version,
    ackToken: settled.token,
    buckets: settled.buckets,
    retentionMs: settings.retentionMs,
  });
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

const RESTORED = 'MySQL is older than the last settlement that Redis was told of';

export function frozenReason({ frozenReason }: Pick<ShardProgress, 'frozenReason'>): string {
  return frozenReason ?? 'no reason was recorded';
}

function valueOf<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'fulfilled') return result.value;
  throw result.reason;
}
