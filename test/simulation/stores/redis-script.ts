import { BUDGET_TICKS, IDS_PER_TICK, noLifeTicks } from '../limits.ts';
import { noteEvent } from '../oracle.ts';
import type { World } from '../world.ts';
import { violate } from '../world.ts';
import type { Hold, RedisPool, RequestRecord, StreamEvent } from './redis-state.ts';

/** What the scripts share: the server's clock, the fence, records and the stream. */

export function redisTime(world: World): number {
  return world.time + world.redis.clockOffset;
}

export interface Fenced {
  readonly code: 'FENCED';
  readonly generation: number;
}

/** The fence: open, adopted by the process that runs now, and a call of this generation. */
export function fence(world: World, generation: number): Fenced | null {
  const { meta } = world.redis.data;
  if (meta === null) return { code: 'FENCED', generation: 0 };
  const isOpen = meta.isOpen && (!world.rules.fenceToken || meta.token === world.redis.upvalue);
  const isCurrent = !world.rules.fenceGeneration || meta.generation === generation;
  return isOpen && isCurrent ? null : { code: 'FENCED', generation: meta.generation };
}

/** The record of a request; a NO whose time is over is none. */
export function recordOf(world: World, request: number): RequestRecord | undefined {
  const record = world.redis.data.records.get(request);
  return record !== undefined && record.expiresAt < redisTime(world) ? undefined : record;
}

export function recordNo(world: World, request: number, pool: number): void {
  const life = world.rules.noOutlivesBudget ? noLifeTicks(world.skewTicks) : BUDGET_TICKS / 2;
  world.redis.data.records.set(request, {
    code: 'no',
    pool,
    epoch: 0,
    seq: 0,
    quantity: 0,
    expiresAt: redisTime(world) + life,
  });
}

/** An attempt is answered from a recorded NO: whoever hears it may still need it (decision 9). */
export function renewNo(world: World, request: number, pool: number): void {
  if (world.rules.noIsRenewed) recordNo(world, request, pool);
}

/** Every hold of the pool is void. */
export function purgeHolds(world: World, pool: number): void {
  const holds = world.redis.data.holds[pool]!;
  for (const request of holds.keys()) recordNo(world, request, pool);
  holds.clear();
}

export function countersAddUp(pool: RedisPool): boolean {
  return pool.available + pool.held + pool.cum === pool.delegated && pool.held >= 0;
}

export function unitsHeld(holds: ReadonlyMap<number, Hold>, epoch: number): number {
  let units = 0;
  for (const hold of holds.values()) if (hold.epoch === epoch) units += hold.quantity;
  return units;
}

/** The next event of a pool: record first, then the counters, the stream last. */
export function writeEvent(
  world: World,
  poolIndex: number,
  happened: Pick<StreamEvent, 'kind' | 'quantity' | 'request'>,
): void {
  const { data } = world.redis;
  const pool = data.pools[poolIndex]!;
  const { kind, quantity, request } = happened;
  pool.seq += 1;
  pool.cum += quantity;
  if (kind === 'return') pool.ret += quantity;
  const life = world.rules.recordsOutliveSettlement ? Infinity : noLifeTicks(world.skewTicks);
  data.records.set(request, {
    code: kind === 'sale' ? 'sold' : 'returned',
    pool: poolIndex,
    epoch: pool.epoch,
    seq: pool.seq,
    quantity,
    expiresAt: redisTime(world) + life,
  });
  const { epoch, seq, cum, ret } = pool;
  const event = { pool: poolIndex, epoch, seq, cum, ret, kind, quantity, request };
  noteEvent(world, event);
  if (world.redis.entry === null) addEntry(world, [event]);
  else world.redis.entry.push(event);
}

/** XADD: ids follow the clock of Redis, and only ever grow within one data set. */
export function addEntry(world: World, events: readonly StreamEvent[]): void {
  if (events.length === 0) return;
  const { data } = world.redis;
  data.lastId = Math.max(data.lastId + 1, redisTime(world) * IDS_PER_TICK);
  data.stream.push({ id: data.lastId, events });
  const { position } = world.mysql.shard;
  if (data.lastId <= position && world.oracle.damage.restores === 0) {
    violate(world, 'new event at or below the settled position', `${data.lastId} <= ${position}`);
  }
}
