import { wasRestored } from './oracle.ts';
import { outstanding } from './stores/mysql-state.ts';
import type { MysqlData, PoolRow } from './stores/mysql-state.ts';
import { countersAddUp } from './stores/redis-script.ts';
import type { RedisPool } from './stores/redis-state.ts';
import type { World } from './world.ts';
import { violate } from './world.ts';

/** What must be true after every step (I1 to I6 of section 11). */
export function checkStep(world: World): void {
  if (wasRestored(world)) return;
  checkRedis(world);
  checkStock(world, world.mysql);
  checkPools(world, world.mysql);
  checkLedger(world, world.mysql);
}

function checkRedis(world: World): void {
  const { data, upvalue } = world.redis;
  const isSelling = data.meta?.isOpen === true && data.meta.token === upvalue;
  for (const [index, pool] of data.pools.entries()) {
    if (pool === null || pool.isDamaged) continue;
    if (!countersAddUp(pool)) violate(world, 'I1 counters', describe(index, pool));
    if (isSelling) checkCover(world, index, pool);
  }
}

/** I2 and I4: what Redis can still sell is outstanding in MySQL. */
function checkCover(world: World, index: number, pool: RedisPool): void {
  const row = world.mysql.pools[index]!;
  if (pool.epoch !== row.epoch || row.state === 'closed') return;
  const isSameGrant = pool.grantVersion === row.grantVersion;
  if (isSameGrant && pool.delegated !== row.delegated) {
    violate(world, 'I2 grant', `${describe(index, pool)}, mysql has ${row.delegated}`);
  }
  const covered = pool.available + pool.held + pool.cum - row.settledCum;
  const owed = outstanding(row);
  if (isSameGrant ? covered !== owed : covered > owed) {
    violate(world, 'I4 cover', `${describe(index, pool)}, mysql has ${owed} outstanding`);
  }
}

function describe(index: number, pool: RedisPool): string {
  const { available, held, cum, delegated } = pool;
  return `pool ${index}: available ${available}, held ${held}, cum ${cum}, delegated ${delegated}`;
}

/** The CHECK of the table, and every reserved unit belongs to a pool. */
function checkStock(world: World, mysql: MysqlData): void {
  for (const [sku, row] of mysql.stock.entries()) {
    if (row.reserved < 0 || row.reserved > row.onHand) {
      violate(world, 'stock CHECK', `product ${sku}: ${row.reserved} of ${row.onHand} reserved`);
    }
    let reserved = 0;
    for (const pool of mysql.pools) {
      if (pool.sku === sku) reserved += outstanding(pool) + pool.quarantine;
    }
    if (reserved !== row.reserved) {
      violate(world, 'I4 reserved', `product ${sku}: ${row.reserved}, pools have ${reserved}`);
    }
  }
}

function checkPools(world: World, { pools }: MysqlData): void {
  for (const [index, pool] of pools.entries()) {
    if (addsUp(pool)) continue;
    const { sold, returned, duplicates, settledCum } = pool;
    const parts = `${sold} sold, ${returned} returned, ${duplicates} duplicates`;
    violate(world, 'I3 settled', `pool ${index}: ${parts}, settled ${settledCum}`);
  }
}

function addsUp(pool: PoolRow): boolean {
  return pool.sold + pool.returned + pool.duplicates === pool.settledCum;
}

/** I6: what is gone from the shelf is what the postings say, each request once. */
function checkLedger(world: World, mysql: MysqlData): void {
  for (const [sku, row] of mysql.stock.entries()) {
    let gone = mysql.recovered[sku]!;
    for (const request of world.oracle.requests) {
      if (mysql.pools[request.pool]!.sku !== sku) continue;
      gone += mysql.postings.get(request.id)?.quantity ?? 0;
    }
    if (world.oracle.initialOnHand - gone !== row.onHand) {
      violate(world, 'I6 ledger', `product ${sku}: ${row.onHand} on hand, ${gone} posted`);
    }
  }
}
