import type { World } from '../world.ts';
import type { MysqlData, PoolRow, Shard } from './mysql-state.ts';
import { outstanding } from './mysql-state.ts';

/** What operators and recoveries change in MySQL (pools.md section 7); each one transaction. */

export interface BooksRead {
  readonly shard: Readonly<Shard>;
  readonly pools: readonly Readonly<PoolRow>[];
  /** The token of a settlement, if the log has it. */
  readonly tokenOf: (version: number) => number | undefined;
}

/** One SELECT over shard and pools. */
export function readBooks(world: World): BooksRead {
  const { shard, pools, log } = world.mysql;
  return {
    shard: { ...shard },
    pools: pools.map((pool) => ({ ...pool })),
    tokenOf: (version) => log.get(version),
  };
}

export interface GrantReply {
  readonly code: 'OK' | 'NO';
}

export interface GrantCall {
  readonly operation: number;
  readonly pool: number;
  readonly quantity: number;
}

/** Hands more units to an open pool. */
export function topUp(world: World, call: GrantCall): GrantReply {
  const { mysql } = world;
  if (mysql.operations.has(call.operation)) return { code: 'OK' };
  const pool = mysql.pools[call.pool]!;
  if (pool.state !== 'open' || mysql.shard.isFrozen) return { code: 'NO' };
  if (!reserve(mysql, pool.sku, call.quantity)) return { code: 'NO' };
  pool.delegated += call.quantity;
  pool.grantVersion += 1;
  mysql.operations.add(call.operation);
  return { code: 'OK' };
}

/** Opens a closed pool: a new epoch whose books start at nothing. */
export function openPool(world: World, call: GrantCall): GrantReply {
  const { mysql } = world;
  if (mysql.operations.has(call.operation)) return { code: 'OK' };
  const pool = mysql.pools[call.pool]!;
  if (pool.state !== 'closed' || mysql.shard.isFrozen) return { code: 'NO' };
  if (!reserve(mysql, pool.sku, call.quantity)) return { code: 'NO' };
  pool.state = 'open';
  startEpoch(pool, call.quantity);
  mysql.shard.version += 1;
  mysql.operations.add(call.operation);
  return { code: 'OK' };
}

function reserve({ stock }: MysqlData, sku: number, quantity: number): boolean {
  const row = stock[sku]!;
  if (row.onHand - row.reserved < quantity) return false;
  row.reserved += quantity;
  return true;
}

function startEpoch(pool: PoolRow, delegated: number): void {
  pool.epoch += 1;
  pool.grantVersion += 1;
  pool.delegated = delegated;
  pool.settledSeq = 0;
  pool.settledCum = 0;
  pool.settledRet = 0;
  pool.sold = 0;
  pool.returned = 0;
  pool.duplicates = 0;
}

/** Stops top-ups. */
export function beginClosing(world: World, pool: number): { readonly code: PoolRow['state'] } {
  const row = world.mysql.pools[pool]!;
  if (row.state === 'open') row.state = 'closing';
  return { code: row.state };
}

/** Closed once every unit is settled. */
export function endClosing(
  world: World,
  pool: number,
  epoch: number,
): { readonly code: PoolRow['state'] } {
  const row = world.mysql.pools[pool]!;
  const isDone = row.epoch === epoch && outstanding(row) === 0;
  if (row.state === 'closing' && isDone) row.state = 'closed';
  return { code: row.state };
}

/** The units kept back for lost sales are for sale again. */
export function releaseQuarantine(world: World, pool: number): void {
  const row = world.mysql.pools[pool]!;
  world.mysql.stock[row.sku]!.reserved -= row.quarantine;
  row.quarantine = 0;
}

export function requestRecovery(world: World, generation: number): void {
  const { shard } = world.mysql;
  if (shard.generation === generation) shard.recoverRequest = generation;
}

/** From here every batch read earlier fails. `seen`: the generation that Redis has. */
export function raiseGeneration(
  world: World,
  seen: number,
): { readonly generation: number } | null {
  const { shard } = world.mysql;
  if (world.rules.recoveryNoticesRestore && seen > shard.generation) freeze(world);
  if (shard.isFrozen) return null;
  shard.generation += 1;
  shard.version += 1;
  return { generation: shard.generation };
}

/** Redis is healthy: only the position may have to follow the stream. */
export function acceptRedis(world: World, generation: number, lastId: number): boolean {
  const { shard } = world.mysql;
  if (shard.generation !== generation || shard.isFrozen) return false;
  const isBelow = lastId < shard.position;
  if (world.rules.positionFollowsStream && (isBelow || world.rules.positionRises)) {
    shard.position = lastId;
  }
  shard.version += 1;
  return true;
}

export interface RebuildCall {
  readonly generation: number;
  readonly lastId: number;
  readonly isLossy: boolean;
}

/** Starts a new epoch of every pool with what no surviving event has sold. */
export function rebuild(world: World, call: RebuildCall): boolean {
  const { shard, pools } = world.mysql;
  if (shard.generation !== call.generation || shard.isFrozen) return false;
  const limit = call.isLossy && world.rules.quarantine ? (world.lossLimit ?? 0) : 0;
  for (const pool of pools) {
    if (pool.state === 'closed') continue;
    const kept = Math.min(outstanding(pool), limit);
    pool.quarantine += kept;
    startEpoch(pool, outstanding(pool) - kept);
  }
  if (world.rules.positionFollowsStream) shard.position = call.lastId;
  shard.version += 1;
  return true;
}

/** MySQL is older than what Redis remembers: nothing may be settled until a person has looked. */
export function freeze(world: World): void {
  world.mysql.shard.isFrozen = true;
}
