import type { World } from '../world.ts';
import { isSound } from './redis-control-scripts.ts';
import type { Entry, Meta, RedisPool } from './redis-state.ts';

/** Reads of Redis. They need no fence: what they say is compared with MySQL before it is used. */

export interface MetaRead {
  readonly meta: Readonly<Meta> | null;
  /** The process that runs now is the one that was adopted (or began a recovery). */
  readonly isOurs: boolean;
}

export function readMeta(world: World): MetaRead {
  const { meta } = world.redis.data;
  return {
    meta: meta && { ...meta },
    isOurs: meta !== null && meta.token === world.redis.upvalue,
  };
}

export interface Batch {
  readonly acknowledgedVersion: number;
  readonly acknowledgedToken: number;
  readonly entries: readonly Entry[];
}

/** XRANGE after a position, and the last settlement Redis knows, in one round trip. */
export function readStream(world: World, position: number, count: number): Batch {
  const { meta, stream } = world.redis.data;
  const entries: Entry[] = [];
  for (const entry of stream) {
    if (entry.id > position && entries.length < count) entries.push(entry);
  }
  return {
    acknowledgedVersion: meta?.acknowledgedVersion ?? 0,
    acknowledgedToken: meta?.acknowledgedToken ?? 0,
    entries,
  };
}

/** Events of one pool and epoch that somebody looks for. */
export interface SeqRange {
  readonly pool: number;
  readonly epoch: number;
  readonly from: number;
  readonly to: number;
}

export interface FoundRecord {
  readonly pool: number;
  readonly request: number;
  readonly kind: 'sale' | 'return';
  readonly seq: number;
  readonly quantity: number;
}

/** The records of sales and returns in these ranges. */
export function scanRecords(world: World, ranges: readonly SeqRange[]): readonly FoundRecord[] {
  const found: FoundRecord[] = [];
  for (const [request, record] of world.redis.data.records) {
    if (record.code !== 'sold' && record.code !== 'returned') continue;
    const { pool, epoch, seq, quantity } = record;
    const isWanted = ranges.some(
      (range) =>
        range.pool === pool && range.epoch === epoch && seq >= range.from && seq <= range.to,
    );
    const kind = record.code === 'sold' ? 'sale' : 'return';
    if (isWanted) found.push({ pool, request, kind, seq, quantity });
  }
  return found.sort((one, other) => one.seq - other.seq);
}

export interface PoolSnapshot extends Readonly<RedisPool> {
  readonly isSound: boolean;
}

export interface Snapshot extends MetaRead {
  readonly lastId: number;
  readonly lastEntryId: number;
  readonly pools: readonly (PoolSnapshot | null)[];
}

/** All of one shard in one atomic read. */
export function snapshot(world: World): Snapshot {
  const { data } = world.redis;
  return {
    ...readMeta(world),
    lastId: data.lastId,
    lastEntryId: data.stream.at(-1)?.id ?? 0,
    pools: data.pools.map((pool, index) => pool && { ...pool, isSound: isSound(world, index) }),
  };
}

/** Requests whose hold of this pool is past its deadline. */
export function overdueHolds(world: World, pool: number, now: number): readonly number[] {
  const overdue: number[] = [];
  for (const [request, hold] of world.redis.data.holds[pool]!) {
    if (hold.deadline <= now) overdue.push(request);
  }
  return overdue;
}
