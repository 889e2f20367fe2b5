import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closePool } from '../../../src/services/pools/close-pool.ts';
import { convergeShard } from '../../../src/services/pools/converge-shard.ts';
import { showPool } from '../../../src/services/pools/show-pool.ts';
import { testWrite } from '../../support/catalogue.ts';
import { createPoolHouse } from '../../support/pool-house.ts';
import type { PoolHouse } from '../../support/pool-house.ts';
import { writeAs } from '../../support/pool-ledger.ts';

let house: PoolHouse;
beforeEach(async () => {
  house = await createPoolHouse();
});
afterEach(() => house.close());

/** Ids of the stream's entries, oldest first. */
async function entryIds(): Promise<readonly string[]> {
  const entries = await house.bench.redis.xrange(house.bench.key('ev'), '-', '+');
  return entries.map(([id]) => id);
}

describe('what the stream has lost', () => {
  it('is booked under its own request id, by the record of the request', async () => {
    await house.open(100);
    for (const [id, units] of [
      ['a', 1],
      ['b', 2],
      ['c', 3],
      ['d', 4],
    ] as const) {
      await house.sell(id, units);
    }
    const ids = await entryIds();
    await house.bench.redis.xdel(house.bench.key('ev'), ids[1] ?? '', ids[2] ?? '');
    expect(await house.once()).toMatchObject({ settled: 4, lagEvents: 0 });
    expect(await house.booked()).toEqual({ a: -1, b: -2, c: -3, d: -4 });
    expect(house.lines.join('\n')).not.toContain('recovered');
    expect(await house.sell('b', 2)).toMatchObject({ status: 'sold', replayed: true });
    expect(await house.violations(100)).toEqual([]);
  });

  it('is booked as recovered where the record is lost too, and said', async () => {
    await house.open(100);
    for (const [id, units] of [
      ['a', 1],
      ['b', 2],
      ['c', 3],
      ['d', 4],
    ] as const) {
      await house.sell(id, units);
    }
    const ids = await entryIds();
    await house.bench.redis.xdel(house.bench.key('ev'), ids[1] ?? '', ids[2] ?? '');
    await house.bench.redis.hdel(house.bench.key('r'), 'c');
    await house.once();
    const { id, epoch } = await house.bucket();
    expect(await house.booked()).toEqual({
      a: -1,
      b: -2,
      [`recovered:${id}:${epoch}:2-3`]: -3,
      d: -4,
    });
    expect(house.lines.join('\n')).toContain('3 units');
    expect(await house.violations(100)).toEqual([]);
  });

  it('is found at the end of the numbering as well, also when nothing follows', async () => {
    await house.open(100);
    await house.sell('a', 1);
    await house.once();
    await house.sell('b', 2);
    await house.sell('c', 3);
    await house.bench.redis.xtrim(house.bench.key('ev'), 'MAXLEN', 0);
    await house.bench.redis.hdel(house.bench.key('r'), 'c');
    await house.once();
    const { id } = await house.bucket();
    expect(await house.booked()).toEqual({ a: -1, b: -2, [`recovered:${id}:1:2-3`]: -3 });
    expect(house.lines.join('\n')).toContain('made 3 events, 1 are settled');
    expect(await house.violations(100)).toEqual([]);
  });

  it('does not destroy stock when it was a return', async () => {
    const { pool } = await house.open(10);
    await house.sell('a', 4);
    const bucket = await house.bucket();
    const { generation } = (await house.deps.books.shard(0, { includeClosed: false })).progress;
    await house.deps.gate.withdraw({ generation, bucket, requestId: 'w', quantity: 2 });
    await house.bench.redis.xtrim(house.bench.key('ev'), 'MAXLEN', 0);
    await house.bench.redis.del(house.bench.key('r'));
    await house.once();
    expect(await house.bucket()).toMatchObject({ sold: 4, returned: 2 });
    expect(await house.ledger.stock(bucket.productId)).toEqual({ onHand: 6, reserved: 4 });
    await closePool(house.deps, { product: pool.sku, location: 'MAIN' }, testWrite(), {
      waitMs: 5000,
    });
    expect(await house.violations(10)).toEqual([]);
  });

  it('parks what cannot be read, and goes on', async () => {
    await house.open(10);
    await house.sell('a', 1);
    await house.bench.redis.xadd(house.bench.key('ev'), '*', 'nonsense', 'from somebody');
    await house.sell('b', 2);
    expect(await house.once()).toMatchObject({ settled: 2, parked: 1, lagEvents: 0 });
    expect(await house.booked()).toEqual({ a: -1, b: -2 });
    const parked = await house.deps.books.parked({ includeResolved: false, limit: 10 });
    expect(parked.map(({ payload }) => payload)).toEqual(['["nonsense","from somebody"]']);
  });
});

describe('damaged counters', () => {
  it('sell nothing, and are mended once by the exact amount, by however many', async () => {
    const { pool } = await house.open(100);
    await house.sell('a', 10);
    await house.bench.redis.hincrby(house.bench.key(`p:${pool.poolId}`), 'avail', 7);
    expect(await house.sell('b', 95)).toMatchObject({ status: 'corrupt' });
    const rounds = await Promise.all(
      Array.from({ length: 4 }, () => convergeShard(house.deps, 0, { repair: true })),
    );
    const mended = rounds.flatMap(({ findings }) => findings);
    expect(mended.length).toBeGreaterThan(0);
    expect(mended[0]).toMatchObject({ kind: 'identity', isRepaired: true });
    const audit = await house.bench.redis.lrange(house.bench.key('audit'), 0, -1);
    expect(audit.map((line) => (JSON.parse(line) as { repaired: string }).repaired)).toEqual([
      '-7',
    ]);
    expect(await showPool(house.deps, { product: pool.sku, location: 'MAIN' })).toMatchObject({
      avail: 90,
      warnings: [],
    });
    expect(await house.sell('b', 95)).toMatchObject({ status: 'no', reason: 'sold_out' });
    await house.once();
    expect(await house.violations(100)).toEqual([]);
  });

  it('are only told of where nobody asked to mend', async () => {
    const { pool } = await house.open(100);
    await house.bench.redis.hincrby(house.bench.key(`p:${pool.poolId}`), 'held', 3);
    const look = await convergeShard(house.deps, 0, { repair: false });
    expect(look.findings).toMatchObject([{ kind: 'identity', isRepaired: false }]);
    expect(await convergeShard(house.deps, 0, { repair: true })).toMatchObject({
      findings: [{ isRepaired: true }],
    });
    expect(await convergeShard(house.deps, 0, { repair: true })).toMatchObject({
      status: 'converged',
      findings: [],
    });
  });

  it('that agree with each other and not with the books are loaded anew', async () => {
    const { pool } = await house.open(100);
    await house.sell('a', 10);
    await house.once();
    const key = house.bench.key(`p:${pool.poolId}`);
    await house.bench.redis.hincrby(key, 'avail', 5);
    await house.bench.redis.hincrby(key, 'cum', -5);
    await house.once();
    expect(house.lines.join('\n')).toContain('has 5 units gone in Redis, 10 in the books');
    expect(await showPool(house.deps, { product: pool.sku, location: 'MAIN' })).toMatchObject({
      epoch: 2,
      avail: 90,
    });
    expect(await house.violations(100)).toEqual([]);
  });
});

describe('commands that died half way', () => {
  it('opening: the pool is made in Redis by the next round', async () => {
    const { sku, productId } = await house.ledger.stocked(10);
    await house.ledger.open(productId, 10);
    await house.once();
    expect(await showPool(house.deps, { product: sku, location: 'MAIN' })).toMatchObject({
      avail: 10,
      warnings: [],
    });
  });

  it('a top-up: Redis has it by the next round, once', async () => {
    const { sku, productId } = await house.ledger.stocked(30);
    await house.ledger.open(productId, 10);
    await house.once();
    await house.sell('a', 4);
    const request = { productId, locationId: 1, quantity: 20, fingerprint: 'b'.repeat(64) };
    await house.deps.books.topUp(request, writeAs('top'));
    await Promise.all([house.once(), house.once()]);
    expect(await showPool(house.deps, { product: sku, location: 'MAIN' })).toMatchObject({
      delegated: 30,
      avail: 26,
      warnings: [],
    });
    expect(await house.violations(30)).toEqual([]);
  });

  it('closing, with holds: units and holds come back by the next round', async () => {
    const { sku, productId } = await house.ledger.stocked(30);
    await house.ledger.open(productId, 20);
    await house.once();
    await house.hold('h', 3, Date.now() + 60_000);
    await house.sell('a', 4);
    await house.deps.books.beginClose(
      { productId, locationId: 1, fingerprint: 'c'.repeat(64) },
      writeAs('close'),
    );
    await house.once();
    expect(await showPool(house.deps, { product: sku, location: 'MAIN' })).toMatchObject({
      state: 'closed',
      sold: 4,
      returned: 16,
    });
    expect(await house.ledger.stock(productId)).toEqual({ onHand: 26, reserved: 0 });
    expect(await house.deps.books.order('h')).toMatchObject({ state: 'cancelled' });
  });

  it('due holds come back, and their orders say so', async () => {
    await house.open(10);
    await house.hold('h', 3, Date.now() - 1);
    expect(await house.once()).toMatchObject({ expiredHolds: 1, lagEvents: 0 });
    expect(await house.deps.books.order('h')).toMatchObject({ state: 'expired' });
    expect(await house.sell('a', 10)).toMatchObject({ status: 'sold' });
  });
});
