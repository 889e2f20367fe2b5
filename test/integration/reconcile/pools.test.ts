import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src/adapters/mysql/database.ts';
import { createPoolBooks } from '../../../src/adapters/mysql/pools/pool-books.ts';
import { digestGroupOf } from '../../../src/domain/pool.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { testWrite } from '../../support/catalogue.ts';
import { testLimits } from '../../support/database.ts';
import { createPoolHouse } from '../../support/pool-house.ts';
import type { PoolHouse } from '../../support/pool-house.ts';
import { reconcile, reconcileOn, told } from '../../support/reconcile.ts';
import { recoverShard } from '../../../src/services/pools/recover-shard.ts';
import type { ReconcileDependencies } from '../../../src/services/reconcile/dependencies.ts';

let house: PoolHouse;
let deps: ReconcileDependencies;
beforeEach(async () => {
  house = await createPoolHouse();
  deps = reconcileOn(house.ledger.books.database, { pools: house.deps });
});
afterEach(() => house.close());

const sql = (text: string): Promise<unknown> => house.ledger.books.database.sql(text);

/** A pool of 100 units, of which 10 are sold and settled, 4 sold, and 3 held. */
async function openPool(): Promise<string> {
  const { pool } = await house.open(100);
  await house.sell('a', 10);
  await house.once();
  await house.sell('b', 4);
  await house.hold('h', 3, Date.now() + 3_600_000);
  return house.bench.key(`p:${String(pool.poolId)}`);
}

const BUCKET = 'pool bucket 1 (POOL-1 at MAIN)';

it('finds nothing while units are sold and not booked yet', async () => {
  await openPool();
  const result = await reconcile(deps);
  expect(result).toMatchObject({ status: 'clean', unchecked: [] });
  expect(told(result)).toEqual([]);
  expect(result.checked).toMatchObject({ shards: 1, buckets: 1 });
});

it('tells the one of many pools that is wrong, beside those that agree and those that sell', async () => {
  const wrong = await openPool();
  const { pool: quiet } = await house.open(50);
  const { pool: selling } = await house.open(70);
  await house.sell('q', 6, { bucketId: quiet.poolId });
  await house.once();
  await house.sell('s', 5, { bucketId: selling.poolId });
  await house.bench.redis.hincrby(wrong, 'avail', 7);
  const result = await reconcile(deps);
  expect(told(result)).toEqual([['pools.identity', BUCKET, 100, 107]]);
  expect(result.checked).toMatchObject({ buckets: 3 });
});

it('has the same digests from both, once all is settled, of every group of buckets', async () => {
  const { books, gate } = house.deps;
  await openPool();
  await house.open(50);
  // Far away, so that it is of another group.
  await sql('ALTER TABLE pools AUTO_INCREMENT = 1000');
  const { pool: far } = await house.open(9_000_000_000);
  await house.sell('f', 8_000_000_000, { bucketId: far.poolId });
  const inFlight = [await gate.digests(0), await books.shardDigests(0)] as const;
  expect(inFlight[0].digests).not.toEqual(inFlight[1].digests);
  await house.once();
  const ofGate = await gate.digests(0);
  const { progress, ...ofBooks } = await books.shardDigests(0);
  expect(progress.shard).toBe(0);
  expect([...ofBooks.digests.keys()].sort()).toEqual([0, digestGroupOf(far.poolId)]);
  expect(ofGate).toMatchObject(ofBooks);
  await sql('ALTER TABLE pools DROP CONSTRAINT pools_counts');
  await sql(`UPDATE pools SET sold = sold + 1 WHERE id = ${String(far.poolId)}`);
  expect((await books.shardDigests(0)).digests).not.toEqual(ofGate.digests);
});

it('compares with one connection as well', async () => {
  await openPool();
  const { target } = house.ledger.books.database;
  const limits = { ...testLimits, poolSizeMax: 1, acquireTimeoutMs: 200 };
  const database = await openDatabase({ target, limits, clock: systemClock });
  try {
    const pools = { ...house.deps, books: createPoolBooks({ database, lossLimit: null }) };
    const one = reconcileOn({ ...house.ledger.books.database, database }, { pools });
    const result = await reconcile({ ...one, connectionsMax: 1 });
    expect(result).toMatchObject({ status: 'clean', checked: { stock_rows: 1, buckets: 1 } });
  } finally {
    await database.close();
  }
});

describe('damage in Redis', () => {
  it.each<readonly [string, number, string, readonly [number, number]]>([
    ['avail', 7, 'pools.identity', [100, 107]],
    ['avail', -5, 'pools.identity', [100, 95]],
    ['held', 2, 'pools.identity', [100, 102]],
    ['cum', -1, 'pools.identity', [100, 99]],
    ['D', 6, 'pools.cover', [100, 106]],
  ])('%s changed by %i is found, with the numbers', async (field, by, check, numbers) => {
    const key = await openPool();
    await house.bench.redis.hincrby(key, field, by);
    expect(told(await reconcile(deps))).toEqual([[check, BUCKET, ...numbers]]);
  });

  it('a hold that was deleted is found by the sum', async () => {
    const key = await openPool();
    await house.bench.redis.hdel(key.replace(':p:', ':h:'), 'h');
    expect(told(await reconcile(deps))).toEqual([['holds.sum', BUCKET, null, 3]]);
  });

  it('two damages that keep the sum are found by the books', async () => {
    const key = await openPool();
    await house.once();
    await house.bench.redis.hincrby(key, 'avail', 5);
    await house.bench.redis.hincrby(key, 'cum', -5);
    expect(told(await reconcile(deps))).toEqual([['pools.cum', BUCKET, 14, 9]]);
  });

  it('a bucket that was deleted is missing', async () => {
    await house.bench.redis.del(await openPool());
    expect(told(await reconcile(deps))).toEqual([['pools.missing', BUCKET, 90, 0]]);
  });

  it('entries that were deleted before they were settled are a lost tail', async () => {
    await openPool();
    await house.bench.redis.xtrim(house.bench.key('ev'), 'MAXLEN', 0);
    expect(told(await reconcile(deps))).toEqual([['pools.lost_tail', BUCKET, 14, 10]]);
  });

  it('entries that were deleted among others that wait are found by their numbers, and booked', async () => {
    await openPool();
    for (const [at, id] of ['c', 'd', 'e', 'f'].entries()) await house.sell(id, at + 1);
    const { redis } = house.bench;
    const stream = house.bench.key('ev');
    const entries = await redis.xrange(stream, '-', '+');
    // b, h, c, d, e, f wait; without c, and without the end: e and f.
    for (const at of [-4, -2, -1]) await redis.xdel(stream, entries.at(at)?.[0] ?? '');
    const lost = [
      ['pools.lost_tail', BUCKET, 0, 1],
      ['pools.lost_tail', BUCKET, 0, 7],
    ];
    expect(told(await reconcile(deps))).toEqual(lost);
    expect(await reconcile(deps, { mode: 'fix' })).toMatchObject({ status: 'repaired' });
    expect(told(await reconcile(deps))).toEqual([]);
    expect(await house.booked()).toEqual({ a: -10, b: -4, c: -1, d: -2, e: -3, f: -4 });
  });

  it('counters of an older moment are a rollback', async () => {
    const key = await openPool();
    const older = await house.bench.redis.hgetall(key);
    await house.sell('c', 2);
    await house.once();
    await house.bench.redis.hset(key, older);
    expect(told(await reconcile(deps))).toEqual([['pools.rollback', BUCKET, 3, 2]]);
  });
});

describe('what cannot be compared', () => {
  it('is inconclusive while Redis is shut, and clean once it is recovered', async () => {
    await openPool();
    await house.lose('*');
    const result = await reconcile(deps);
    expect(result.status).toBe('inconclusive');
    expect(result.unchecked.map(({ reason }) => reason).join()).toContain(
      'inv worker recover --shard 0',
    );
    await recoverShard(house.deps, 0);
    expect((await reconcile(deps)).status).toBe('clean');
  });

  it('is told of a frozen shard, with its reason', async () => {
    await openPool();
    await house.deps.books.freeze(0, 'somebody looks');
    const { findings } = await reconcile(deps);
    expect(findings.map(({ finding }) => finding.evidence)).toEqual([
      'shard 0 is frozen: somebody looks',
    ]);
  });

  it('is a violation where MySQL is older than Redis, and nothing is touched', async () => {
    await openPool();
    await sql('UPDATE settlement_progress SET version = 0');
    const { findings, status } = await reconcile(deps);
    expect(status).toBe('drift');
    expect(findings.map(({ finding }) => [finding.check, finding.severity])).toContainEqual([
      'pools.ahead',
      'violation',
    ]);
    const { progress } = await house.deps.books.shard(0, { includeClosed: false });
    expect(progress.state).toBe('ready');
  });
});

describe('what waits', () => {
  it('is stale when nobody books it', async () => {
    await openPool();
    const impatient = reconcileOn(house.ledger.books.database, {
      pools: house.deps,
      lateMs: 0,
    });
    expect(told(await reconcile(impatient))).toEqual([['pools.settlement', 'shard 0', 0, 2]]);
    await house.once();
    expect(told(await reconcile(impatient))).toEqual([]);
  });

  it('is overdue when nobody gives a hold back', async () => {
    await openPool();
    await house.hold('late', 1, Date.now() - 1_000);
    expect(told(await reconcile(deps))).toEqual([]);
    const impatient = reconcileOn(house.ledger.books.database, {
      pools: house.deps,
      lateMs: 500,
    });
    expect(told(await reconcile(impatient, { scopes: ['holds'] }))).toEqual([
      ['holds.overdue', 'hold late', null, null],
    ]);
    expect(
      told(await reconcile(impatient, { products: ['POOL-1'], scopes: ['holds'] })),
    ).toHaveLength(1);
  });

  it('is parked for a person', async () => {
    await openPool();
    await house.bench.redis.xadd(house.bench.key('ev'), '*', 'nonsense', 'from somebody');
    await house.once();
    const { findings } = await reconcile(deps);
    expect(findings.map(({ finding }) => [finding.check, finding.remedy])).toEqual([
      ['pools.parked', { kind: 'person', command: 'inv worker parked list' }],
    ]);
  });
});

describe('damage in the books', () => {
  it('a sale that was booked and is not in the ledger any more', async () => {
    await openPool();
    await sql('DROP TRIGGER movements_refuse_delete');
    await sql('DELETE FROM movements WHERE pool_seq = 1');
    const full = told(await reconcile(deps, { isFull: true }));
    expect(full).toContainEqual(['pools.booked', BUCKET, 10, 0]);
    expect(full).toContainEqual(['ledger.posting', 'request a', null, 0]);
    expect(full).toContainEqual(['ledger.balance', 'POOL-1 at MAIN', 100, 90]);
    expect(full).toContainEqual(['orders.state', 'order a', 10, 0]);
  });

  it('a settled position that is behind what is booked', async () => {
    await openPool();
    await house.once();
    await sql('UPDATE pools SET settled_seq = 1, settled_cum = 10, sold = 10 WHERE id = 1');
    expect(told(await reconcile(deps, { scopes: ['pools'] }))).toContainEqual([
      'pools.booked',
      BUCKET,
      1,
      2,
    ]);
  });

  it('an order whose end was lost', async () => {
    await openPool();
    await house.once();
    const requestId = 'h';
    expect(await house.deps.books.order(requestId)).toMatchObject({ state: 'held' });
    await house.deps.gate.release({ shard: 0, generation: 1, bucketId: 1, requestId });
    await house.bench.redis.xtrim(house.bench.key('ev'), 'MAXLEN', 0);
    await sql("UPDATE orders SET deadline = '2026-01-01 00:00:00' WHERE state = 'held'");
    expect(told(await reconcile(deps))).toEqual([['orders.state', 'order h', null, null]]);
  });

  it('reserved units that no pool accounts for', async () => {
    await openPool();
    await sql('UPDATE stock SET reserved = reserved - 1');
    expect(told(await reconcile(deps))).toEqual([['ledger.reserved', 'POOL-1 at MAIN', 90, 89]]);
  });
});

describe('settings', () => {
  it('that evict are a difference, those that lose the last seconds a notice', async () => {
    await openPool();
    const risky = reconcileOn(house.ledger.books.database, {
      pools: house.deps,
      redis: { maxmemoryPolicy: 'allkeys-lru', appendfsync: 'everysec' },
    });
    const { findings } = await reconcile(risky, { scopes: ['settings'] });
    expect(
      findings.map(({ finding }) => [finding.check, finding.severity, finding.subject]),
    ).toEqual([
      ['settings.eviction', 'drift', 'Redis'],
      ['settings.durability', 'notice', 'Redis'],
    ]);
  });
});

describe('commands under way', () => {
  it('are no difference: a pool that Redis has not got yet, and a grant', async () => {
    const { productId } = await house.ledger.stocked(50);
    await house.ledger.open(productId, 20);
    expect(told(await reconcile(deps))).toEqual([]);
    await house.once();
    const request = { productId, locationId: 1, quantity: 20, fingerprint: 'b'.repeat(64) };
    await house.deps.books.topUp(request, testWrite());
    expect(told(await reconcile(deps))).toEqual([]);
    await house.deps.books.beginClose(request, testWrite());
    expect(told(await reconcile(deps))).toEqual([]);
    await house.once();
    expect(told(await reconcile(deps))).toEqual([]);
  });
});
