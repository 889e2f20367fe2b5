import type { World } from '../world.ts';
import { countersAddUp, fence, recordNo, recordOf, redisTime, renewNo } from './redis-script.ts';
import { writeEvent } from './redis-script.ts';
import type { Fenced } from './redis-script.ts';
import type { RedisPool } from './redis-state.ts';

/** The scripts that move units inside a pool (pools.md section 5, in its order of checks). */

export interface SaleCall {
  readonly generation: number;
  readonly request: number;
  readonly pool: number;
  readonly quantity: number;
  /** Not the first attempt of a fresh id: a NO must be recorded. */
  readonly isRetry: boolean;
  readonly notAfter: number;
}

type Refused = Fenced | { readonly code: 'LATE' | 'NO' | 'NOPOOL' | 'CORRUPT' | 'BUSY' };
export type SaleReply = Refused | { readonly code: 'SOLD' | 'HELD' };

const SOLD: SaleReply = { code: 'SOLD' };
const HELD: SaleReply = { code: 'HELD' };
const NO: SaleReply = { code: 'NO' };
const LATE: SaleReply = { code: 'LATE' };
const NOPOOL: SaleReply = { code: 'NOPOOL' };
const CORRUPT: SaleReply = { code: 'CORRUPT' };
const BUSY: SaleReply = { code: 'BUSY' };

export function deduct(world: World, call: SaleCall): SaleReply {
  const early = refusedOrRecorded(world, call);
  if (early !== null) return early;
  const pool = world.redis.data.pools[call.pool] ?? null;
  const refusal = refusedByPool(world, pool, call);
  if (refusal !== null) return refusal;
  if (exceedsLossLimit(world, pool!, call.quantity)) return BUSY;
  pool!.available -= call.quantity;
  writeEvent(world, call.pool, { kind: 'sale', quantity: call.quantity, request: call.request });
  return SOLD;
}

export function hold(world: World, call: SaleCall & { readonly deadline: number }): SaleReply {
  const early = refusedOrRecorded(world, call);
  if (early !== null) return early;
  const pool = world.redis.data.pools[call.pool] ?? null;
  const refusal = refusedByPool(world, pool, call);
  if (refusal !== null) return refusal;
  const { request, quantity, deadline } = call;
  const { epoch } = pool!;
  const { records, holds } = world.redis.data;
  records.set(request, {
    code: 'held',
    pool: call.pool,
    epoch,
    seq: 0,
    quantity,
    expiresAt: Infinity,
  });
  pool!.available -= quantity;
  pool!.held += quantity;
  holds[call.pool]!.set(request, { quantity, deadline, epoch });
  return HELD;
}

export function confirm(world: World, call: Omit<SaleCall, 'quantity' | 'isRetry'>): SaleReply {
  const early = refusedOrRecorded(world, call);
  if (early !== null && early.code !== 'HELD') return early;
  const pool = world.redis.data.pools[call.pool] ?? null;
  if (pool === null) return NOPOOL;
  const holds = world.redis.data.holds[call.pool]!;
  const held = holds.get(call.request);
  if (held === undefined || (world.rules.holdsCarryEpoch && held.epoch !== pool.epoch)) {
    // Always sticky: it closes the way for a late HOLD or CONFIRM.
    if (world.rules.confirmRecordsNo) recordNo(world, call.request, call.pool);
    return NO;
  }
  if (world.rules.identityInScripts && !countersAddUp(pool)) return CORRUPT;
  const { quantity } = held;
  if (exceedsLossLimit(world, pool, quantity)) return BUSY;
  pool.held -= quantity;
  holds.delete(call.request);
  writeEvent(world, call.pool, { kind: 'sale', quantity, request: call.request });
  return SOLD;
}

export interface HoldCall {
  readonly generation: number;
  readonly request: number;
  readonly pool: number;
}

/** RELEASE by a client, or EXPIRE by the sweeper, which waits for the deadline. */
export function release(
  world: World,
  call: HoldCall,
  isSweep: boolean,
): Fenced | { readonly code: 'OK' | 'NOHOLD' } {
  const fenced = fence(world, call.generation);
  if (fenced !== null) return fenced;
  const pool = world.redis.data.pools[call.pool];
  const holds = world.redis.data.holds[call.pool]!;
  const held = holds.get(call.request);
  const isOurs = held?.epoch === pool?.epoch || !world.rules.holdsCarryEpoch;
  if (!pool || held === undefined || !isOurs) return { code: 'NOHOLD' };
  if (isSweep && redisTime(world) < held.deadline) return { code: 'NOHOLD' };
  giveBack(world, call.pool, call.request);
  return { code: 'OK' };
}

export type WithdrawReply =
  Fenced | { readonly code: 'EPOCH' | 'KNOWN' | 'NOPOOL' | 'CORRUPT' | 'ZERO' | 'OK' };

/** Takes all that is available back for MySQL. */
export function withdraw(world: World, call: HoldCall & { readonly epoch: number }): WithdrawReply {
  const fenced = fence(world, call.generation);
  if (fenced !== null) return fenced;
  const pool = world.redis.data.pools[call.pool];
  if (!pool) return { code: 'NOPOOL' };
  if (pool.epoch !== call.epoch) return { code: 'EPOCH' };
  if (recordOf(world, call.request)) return { code: 'KNOWN' };
  if (world.rules.identityInScripts && !countersAddUp(pool)) return { code: 'CORRUPT' };
  const quantity = world.rules.withdrawNotNegative ? Math.max(0, pool.available) : pool.available;
  if (quantity === 0) return { code: 'ZERO' };
  pool.available -= quantity;
  writeEvent(world, call.pool, { kind: 'return', quantity, request: call.request });
  return { code: 'OK' };
}

/** Stops selling and releases every hold. */
export function closePool(
  world: World,
  call: { readonly generation: number; readonly pool: number; readonly epoch: number },
): Fenced | { readonly code: 'EPOCH' | 'OK' } {
  const fenced = fence(world, call.generation);
  if (fenced !== null) return fenced;
  const pool = world.redis.data.pools[call.pool];
  if (pool?.epoch !== call.epoch) return { code: 'EPOCH' };
  pool.state = 'closing';
  for (const [request, held] of world.redis.data.holds[call.pool]!) {
    if (held.epoch === pool.epoch) giveBack(world, call.pool, request);
  }
  return { code: 'OK' };
}

function giveBack(world: World, poolIndex: number, request: number): void {
  const pool = world.redis.data.pools[poolIndex]!;
  const holds = world.redis.data.holds[poolIndex]!;
  const { quantity } = holds.get(request)!;
  pool.held -= quantity;
  pool.available += quantity;
  holds.delete(request);
  recordNo(world, request, poolIndex);
}

/** F, LATE and REC. */
function refusedOrRecorded(
  world: World,
  call: Omit<SaleCall, 'quantity' | 'isRetry'>,
): SaleReply | null {
  const fenced = fence(world, call.generation);
  if (fenced !== null) return fenced;
  if (world.rules.lateIsRefused && redisTime(world) > call.notAfter) return LATE;
  const record = recordOf(world, call.request);
  if (record === undefined) return null;
  if (record.code === 'no') {
    renewNo(world, call.request, call.pool);
    return NO;
  }
  if (record.code === 'held') return HELD;
  // A record of an earlier epoch is settled, or came back with old data: MySQL knows which.
  const isOver = world.redis.data.pools[call.pool]?.epoch !== record.epoch;
  return isOver && world.rules.oldEpochsAreOver ? null : SOLD;
}

/** INT, then whether the pool can give the units; a NO is recorded unless it is a first attempt. */
function refusedByPool(world: World, pool: RedisPool | null, call: SaleCall): SaleReply | null {
  if (pool === null) return NOPOOL;
  if (world.rules.identityInScripts && !countersAddUp(pool)) return CORRUPT;
  if (pool.state === 'open' && pool.available >= call.quantity) return null;
  if (call.isRetry && world.rules.noIsRecorded) recordNo(world, call.request, call.pool);
  return NO;
}

function exceedsLossLimit(world: World, pool: RedisPool, quantity: number): boolean {
  const { lossLimit } = world;
  return lossLimit !== null && pool.cum + quantity - pool.acknowledgedCum > lossLimit;
}
