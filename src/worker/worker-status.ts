import type { StreamId } from '../domain/pool.ts';
import { InvError } from '../lib/errors.ts';
import type { LockHolder } from '../ports/named-locks.ts';
import type { ShardProgress } from '../ports/pool-books.ts';
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
  /** The worker that reads this shard; null: none does. */
  readonly active: LockHolder | null;
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
    const { progress } = await books.shard(shard, { includeClosed: false });
    const { generation, version, watermark, state, frozenReason } = progress;
    statuses.push({
      shard,
      generation,
      version,
      watermark,
      state,
      frozenReason,
      ...(await lagOf(gate, progress)),
      active: await locks.holder(shardLockName(shard)),
      parked: parked.filter((event) => event.shard === shard).length,
    });
  }
  return statuses;
}

async function lagOf(
  gate: WorkerDependencies['gate'],
  { shard, generation, watermark }: ShardProgress,
): Promise<Pick<ShardStatus, 'gate' | 'lagEntries' | 'lagMs'>> {
  try {
    const page = await gate.readEvents(shard, watermark, 1);
    const { serverTimeMs } = await gate.snapshot(shard);
    const [oldest] = page.entries;
    return {
      gate: page.isOpen && page.generation === generation ? 'open' : 'fenced',
      lagEntries: page.entries.length + page.backlog,
      lagMs: oldest === undefined ? 0 : Math.max(0, serverTimeMs - oldest.id.ms),
    };
  } catch (error) {
    if (!(error instanceof InvError)) throw error;
    return { gate: null, lagEntries: null, lagMs: null };
  }
}
