import { IDS_PER_TICK, noLifeTicks } from '../limits.ts';
import { find } from '../oracle.ts';
import type { World } from '../world.ts';
import { note } from '../world.ts';
import type { PoolRow } from './mysql-state.ts';
import { countersAddUp, fence, purgeHolds, redisTime, unitsHeld } from './redis-script.ts';
import type { Fenced } from './redis-script.ts';
import type { PoolState, RedisPool, StreamEvent } from './redis-state.ts';

/** The scripts that tell an adopted Redis what MySQL says (pools.md section 6). */

/** What one SELECT of MySQL says about a pool. */
export interface ConvergeCall {
  readonly generation: number;
  readonly pool: number;
  readonly row: Readonly<PoolRow>;
}

export type ConvergeReply =
  Fenced | { readonly code: 'CREATED' | 'MISSING' | 'EPOCH' | 'STALE' | 'FORK' | 'RETRY' | 'OK' };

export function converge(world: World, call: ConvergeCall): ConvergeReply {
  const fenced = fence(world, call.generation);
  if (fenced !== null) return fenced;
  const { row } = call;
  const { data } = world.redis;
  const pool = data.pools[call.pool] ?? null;
  const isUsedUp = pool !== null && pool.available === 0 && pool.held === 0;
  if (pool === null || (pool.epoch < row.epoch && isUsedUp)) return create(world, call);
  if (pool.epoch !== row.epoch) return { code: 'EPOCH' };
  if (row.grantVersion < pool.grantVersion) return { code: 'STALE' };
  if (row.grantVersion === pool.grantVersion && row.delegated !== pool.delegated) {
    return { code: 'FORK' };
  }
  if (!isSound(world, call.pool)) {
    if (!repair(world, call.pool, row)) return { code: 'RETRY' };
    find(world, 'identity', `repaired pool ${call.pool}`);
  }
  pool.available = row.delegated - pool.cum - pool.held;
  pool.delegated = row.delegated;
  pool.grantVersion = row.grantVersion;
  pool.isDamaged = false;
  return { code: 'OK' };
}

function create(world: World, { pool, row }: ConvergeCall): ConvergeReply {
  const { data } = world.redis;
  const { created } = data.meta!;
  const isNew = row.settledSeq === 0 && (created[pool] ?? 0) < row.epoch;
  if (world.rules.createOncePerEpoch && !isNew) return { code: 'MISSING' };
  data.pools[pool] = newPool(row);
  if (world.rules.createPurgesHolds) purgeHolds(world, pool);
  created[pool] = row.epoch;
  return { code: 'CREATED' };
}

export function newPool(row: Readonly<PoolRow>): RedisPool {
  return {
    epoch: row.epoch,
    state: row.state,
    grantVersion: row.grantVersion,
    delegated: row.delegated,
    available: row.delegated,
    held: 0,
    seq: 0,
    cum: 0,
    ret: 0,
    acknowledgedCum: 0,
    isDamaged: false,
  };
}

/** The identity flag: the counters add up, and what is held is the sum of the holds. */
export function isSound(world: World, poolIndex: number): boolean {
  const pool = world.redis.data.pools[poolIndex]!;
  const held = unitsHeld(world.redis.data.holds[poolIndex]!, pool.epoch);
  return countersAddUp(pool) && pool.held === held;
}

/** Derives the counters anew, or refuses: units sold are never repaired from an unproven number. */
function repair(world: World, poolIndex: number, row: Readonly<PoolRow>): boolean {
  const { data } = world.redis;
  const pool = data.pools[poolIndex]!;
  const held = unitsHeld(data.holds[poolIndex]!, pool.epoch);
  if (world.rules.repairFromProof) {
    const last = lastEvent(data.stream, poolIndex, pool.epoch);
    const isProof = !world.rules.repairFromNewestEvent || (last?.seq ?? 0) >= pool.seq;
    if (last !== undefined && isProof) {
      pool.cum = last.cum;
      pool.seq = last.seq;
      pool.ret = last.ret;
    } else if (row.settledSeq === pool.seq) {
      pool.cum = row.settledCum;
    } else {
      return false;
    }
  }
  pool.held = held;
  return true;
}

function lastEvent(
  stream: readonly { readonly events: readonly StreamEvent[] }[],
  pool: number,
  epoch: number,
): StreamEvent | undefined {
  for (let index = stream.length - 1; index >= 0; index -= 1) {
    const { events } = stream[index]!;
    for (let at = events.length - 1; at >= 0; at -= 1) {
      const event = events[at]!;
      if (event.pool === pool && event.epoch === epoch) return event;
    }
  }
  return undefined;
}

export interface TrimCall {
  readonly generation: number;
  /** The last settled id. */
  readonly position: number;
  readonly version: number;
  readonly token: number;
  readonly pools: readonly Readonly<PoolRow>[];
}

/** Redis learns what is settled, and forgets what has been so for long enough. */
export function trim(world: World, call: TrimCall): Fenced | { readonly code: 'OK' } {
  const fenced = fence(world, call.generation);
  if (fenced !== null) return fenced;
  const { data } = world.redis;
  const meta = data.meta!;
  if (call.version > meta.acknowledgedVersion) {
    meta.acknowledgedVersion = call.version;
    meta.acknowledgedToken = call.token;
  }
  call.pools.forEach((row, index) => {
    const pool = data.pools[index];
    if (pool?.epoch !== row.epoch) return;
    pool.acknowledgedCum = Math.max(pool.acknowledgedCum, row.settledCum);
  });
  // What a retry may still ask for is kept, settled or not.
  const old = (redisTime(world) - noLifeTicks(world.skewTicks)) * IDS_PER_TICK;
  forget(world, Math.min(call.position, old));
  return { code: 'OK' };
}

function forget(world: World, through: number): void {
  const { data } = world.redis;
  let count = 0;
  for (const entry of data.stream) {
    if (entry.id > through) break;
    for (const event of entry.events) {
      if (data.records.get(event.request)?.seq === event.seq) data.records.delete(event.request);
    }
    count += 1;
  }
  if (count > 0) {
    data.stream = data.stream.slice(count);
    note(world, `redis trimmed ${count} entries`);
  }
}

/** The last step of closing a pool. */
export function drop(
  world: World,
  call: { readonly generation: number; readonly pool: number; readonly epoch: number },
): Fenced | { readonly code: PoolState | 'EPOCH' } {
  const fenced = fence(world, call.generation);
  if (fenced !== null) return fenced;
  const pool = world.redis.data.pools[call.pool];
  if (pool?.epoch !== call.epoch) return { code: 'EPOCH' };
  pool.state = 'closed';
  return { code: 'closed' };
}
