import type { StreamId } from '../domain/pool.ts';
import { InvError } from '../lib/errors.ts';
import type { LockHolder } from '../ports/named-locks.ts';
import type { ShardBooks, ShardProgress } from '../ports/pool-books.ts';
import type { ShardLoss } from '../ports/pool-commands.ts';
import type { GateSnapshot } from '../ports/pool-gate.ts';
import { lostTails } from '../services/pools/judge-shard.ts';
import type { WorkerDependencies } from './dependencies.ts';
import { shardLockName } from './shard-lease.ts';

export interface ShardStatus {
  readonly shard: number;
  readonly generation: number;
  readonly version: number;
  readonly watermark: StreamId;
  readonly state: 'ready' | 'frozen';
  readonly frozenReason: string | null;
  /** null: Redis does not answer. `fenced`: it sells nothing until it is recovered. */
  readonly gate: 'open' | 'fenced' | null;
  /** Entries not settled yet; null: Redis does not answer. */
  readonly lagEntries: number | null;
  /** Age of the oldest of them by the clock of Redis, in milliseconds; 0 when there is none. */
  readonly lagMs: number | null;
  /** Units gone by the counters of Redis that neither the stream nor the books have: entries were deleted. */
  readonly missingUnits: number;
  /** The worker that reads this shard; null: none does. */
  readonly active: LockHolder | null;
  /** Units kept reserved for sales that Redis may have lost. */
  readonly quarantine: number;
  /** What recoveries of the last seven days may have lost; null: nothing. */
  readonly loss: ShardLoss | null;
  /** Events that wait for a person, up to a thousand of all shards. */
  readonly parked: number;
}

const PARKED_MAX = 1000;

/** @throws InvError STORE_UNAVAILABLE (MySQL) */
export async function workerStatus({
  books,
  gate,
  locks,
}: Pick<WorkerDependencies, 'books' | 'gate' | 'locks'>): Promise<readonly ShardStatus[]> {
  const parked = await books.parked({ includeResolved: false, limit: PARKED_MAX });
  const statuses: ShardStatus[] = [];
  for (let shard = 0; shard < gate.shards; shard += 1) {
    const { progress, buckets } = await books.shard(shard, { includeClosed: true });
    const { generation, version, watermark, state, frozenReason } = progress;
    statuses.push({
      shard,
      generation,
      version,
      watermark,
      state,
      frozenReason,
      ...(await lagOf({ books, gate }, progress)),
      quarantine: buckets.reduce((sum, bucket) => sum + bucket.quarantine, 0),
      loss: await books.loss(shard),
      active: await locks.holder(shardLockName(shard)),
      parked: parked.filter((event) => event.shard === shard).length,
    });
  }
  return statuses;
}

/** Counters, then the stream, then the books: what is sold or settled meanwhile is never taken for missing. */
async function lagOf(
  { books, gate }: Pick<WorkerDependencies, 'books' | 'gate'>,
  { shard, generation, watermark }: ShardProgress,
): Promise<Pick<ShardStatus, 'gate' | 'lagEntries' | 'lagMs' | 'missingUnits'>> {
  try {
    const snapshot = await gate.snapshot(shard);
    const { serverTimeMs } = snapshot;
    const page = await gate.readEvents(shard, watermark, 1);
    const [oldest] = page.entries;
    const isDrained = oldest === undefined;
    return {
      gate: page.isOpen && page.generation === generation ? 'open' : 'fenced',
      lagEntries: page.entries.length + page.backlog,
      lagMs: isDrained ? 0 : Math.max(0, serverTimeMs - oldest.id.ms),
      missingUnits: isDrained
        ? missingUnits(await books.shard(shard, { includeClosed: false }), snapshot)
        : 0,
    };
  } catch (error) {
    if (!(error instanceof InvError)) throw error;
    return { gate: null, lagEntries: null, lagMs: null, missingUnits: 0 };
  }
}

function missingUnits(books: ShardBooks, snapshot: GateSnapshot): number {
  return lostTails(books, snapshot).reduce(
    (sum, { books: settled, gate }) => sum + Math.max(0, gate.cum - settled.settledCum),
    0,
  );
}
