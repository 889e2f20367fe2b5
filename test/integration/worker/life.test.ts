import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closePool } from '../../../src/services/pools/close-pool.ts';
import { listPools } from '../../../src/services/pools/list-pools.ts';
import { openPool } from '../../../src/services/pools/open-pool.ts';
import { showPool } from '../../../src/services/pools/show-pool.ts';
import { topUpPool } from '../../../src/services/pools/top-up-pool.ts';
import { testWrite } from '../../support/catalogue.ts';
import { createPoolHouse } from '../../support/pool-house.ts';
import type { PoolHouse } from '../../support/pool-house.ts';
import { noTerms } from '../../support/pool-ledger.ts';

let house: PoolHouse;
beforeEach(async () => {
  house = await createPoolHouse();
});
afterEach(() => house.close());

describe('the life of a pool', () => {
  it('opens on an empty Redis, sells, settles, tops up and closes', async () => {
    const { deps, ledger } = house;
    const { sku, productId } = await ledger.stocked(100);
    const name = { product: sku, location: 'MAIN' };
    const opened = await openPool(
      deps,
      { ...name, quantity: 60, buckets: 1, terms: noTerms },
      testWrite({ requestId: 'open-1' }),
    );
    expect(opened).toMatchObject({
      requestId: 'open-1',
      replayed: false,
      pool: {
        sku,
        state: 'open',
        delegated: 60,
        outstanding: 60,
        avail: 60,
        held: 0,
        unsettled: 0,
        warnings: [],
      },
    });
    expect(await house.sell('a', 5)).toMatchObject({ status: 'sold', remaining: 55 });
    expect(await showPool(deps, name)).toMatchObject({ avail: 55, unsettled: 5, sold: 0 });
    expect(await house.once()).toEqual({
      settled: 1,
      returned: 0,
      duplicates: 0,
      parked: 0,
      expiredHolds: 0,
      ...{ mended: 0, recovered: 0, handedOver: 0, closed: 0 },
      journalApplied: 0,
      lagEvents: 0,
    });
    expect(await showPool(deps, name)).toMatchObject({
      avail: 55,
      unsettled: 0,
      sold: 5,
      outstanding: 55,
    });
    const topped = await topUpPool(deps, { ...name, quantity: 10 }, testWrite());
    expect(topped.pool).toMatchObject({ delegated: 70, avail: 65, warnings: [] });
    expect(await house.hold('h', 3, Date.now() + 60_000)).toMatchObject({ status: 'held' });
    expect(await house.sell('b', 2)).toMatchObject({ status: 'sold' });
    const closed = await closePool(deps, name, testWrite(), { waitMs: 5000 });
    expect(closed).toMatchObject({
      replayed: false,
      unitsReturned: 63,
      pool: { state: 'closed', sold: 7, returned: 63, outstanding: 0, avail: 0, warnings: [] },
    });
    expect(await house.sell('c')).toMatchObject({ status: 'no', reason: 'closed' });
    expect(await ledger.stock(productId)).toEqual({ onHand: 93, reserved: 0 });
    expect(await house.booked()).toEqual({ a: -5, b: -2 });
    expect(await house.violations(100)).toEqual([]);
  });

  it('opens again in a new epoch, and counts anew', async () => {
    const { deps } = house;
    const { pool } = await house.open(10);
    const name = { product: pool.sku, location: 'MAIN' };
    await house.sell('a', 4);
    await closePool(deps, name, testWrite(), { waitMs: 5000 });
    const again = await openPool(
      deps,
      { ...name, quantity: 6, buckets: 1, terms: noTerms },
      testWrite(),
    );
    expect(again.pool).toMatchObject({ poolId: pool.poolId, epoch: 2, avail: 6, sold: 0 });
    expect(await house.sell('a', 4)).toMatchObject({ status: 'sold', replayed: true });
    expect(await house.sell('b', 6)).toMatchObject({ status: 'sold', remaining: 0 });
    await house.once();
    expect(await house.booked()).toEqual({ a: -4, b: -6 });
    expect(await house.violations(10)).toEqual([]);
  });

  it('spreads a pool over buckets and shards', async () => {
    await house.close();
    house = await createPoolHouse({ shards: 2 });
    const { deps } = house;
    const { pool } = await house.open(10, { buckets: 3, floor: 3 });
    expect(pool.buckets.map(({ shard, delegated, floor }) => [shard, delegated, floor])).toEqual([
      [expect.any(Number), 4, 1],
      [expect.any(Number), 3, 1],
      [expect.any(Number), 3, 1],
    ]);
    expect(pool).toMatchObject({ avail: 10, terms: { floor: 3 } });
    for (const { bucketId } of pool.buckets) {
      expect(await house.sell(`of-${bucketId}`, 2, { bucketId })).toMatchObject({ status: 'sold' });
    }
    expect(await house.once()).toMatchObject({ settled: 3, lagEvents: 0 });
    const closed = await closePool(deps, { product: pool.sku, location: 'MAIN' }, testWrite(), {
      waitMs: 5000,
    });
    expect(closed.pool).toMatchObject({ state: 'closed', sold: 6, returned: 4 });
    expect(await house.violations(10)).toEqual([]);
  });
});

describe('commands about pools', () => {
  it('answer a request id once, and refuse it for another content', async () => {
    const { deps } = house;
    const { sku } = await house.ledger.stocked(100);
    const request = { product: sku, location: 'MAIN', quantity: 60, buckets: 1, terms: noTerms };
    const write = testWrite({ requestId: 'same' });
    await openPool(deps, request, write);
    expect(await openPool(deps, request, write)).toMatchObject({
      replayed: true,
      pool: { delegated: 60 },
    });
    await expect(openPool(deps, { ...request, quantity: 61 }, write)).rejects.toMatchObject({
      code: 'REQUEST_CONFLICT',
    });
    await expect(openPool(deps, request, testWrite())).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
      hint: `inv pool top-up ${sku} QUANTITY`,
    });
    expect(await house.violations(100)).toEqual([]);
  });

  it('refuse what the books do not hold, with the numbers', async () => {
    const { deps } = house;
    const { sku } = await house.ledger.stocked(10);
    const name = { product: sku, location: 'MAIN' };
    const request = { ...name, quantity: 11, buckets: 1, terms: noTerms };
    await expect(openPool(deps, request, testWrite({ requestId: 'r' }))).rejects.toMatchObject({
      code: 'INSUFFICIENT_STOCK',
      message: `${sku}: 11 wanted, 10 available (10 on hand, 0 reserved)`,
      facts: { request_id: 'r', sku, wanted: 11, available: 10, on_hand: 10, reserved: 0 },
    });
    await expect(topUpPool(deps, { ...name, quantity: 1 }, testWrite())).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(closePool(deps, name, testWrite(), { waitMs: 100 })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(showPool(deps, name)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(showPool(deps, { ...name, product: 'NONE' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await listPools(deps, { product: sku, location: null, includeClosed: true })).toEqual(
      [],
    );
  });

  it('refuse to top up or close what is closed', async () => {
    const { deps } = house;
    const { pool } = await house.open(5);
    const name = { product: pool.sku, location: 'MAIN' };
    const write = testWrite();
    await closePool(deps, name, write, { waitMs: 5000 });
    expect(await closePool(deps, name, write, { waitMs: 5000 })).toMatchObject({
      replayed: true,
      pool: { state: 'closed' },
    });
    await expect(closePool(deps, name, testWrite(), { waitMs: 0 })).rejects.toMatchObject({
      code: 'POOL_CLOSED',
    });
    await expect(topUpPool(deps, { ...name, quantity: 1 }, testWrite())).rejects.toMatchObject({
      code: 'POOL_CLOSED',
    });
  });

  it('change nothing in a dry run, in neither store', async () => {
    const { deps } = house;
    const { sku, productId } = await house.ledger.stocked(10);
    const request = { product: sku, location: 'MAIN', quantity: 4, buckets: 1, terms: noTerms };
    const planned = await openPool(deps, request, testWrite({ dryRun: true }));
    expect(planned.pool).toMatchObject({ state: 'open', delegated: 4, avail: null, warnings: [] });
    expect(await house.ledger.stock(productId)).toEqual({ onHand: 10, reserved: 0 });
    expect(await listPools(deps, { product: null, location: null, includeClosed: true })).toEqual(
      [],
    );
    expect(await house.bench.redis.keys(`${house.bench.prefix}*`)).toEqual([]);
    await openPool(deps, request, testWrite());
    const name = { product: sku, location: 'MAIN' };
    const close = await closePool(deps, name, testWrite({ dryRun: true }), { waitMs: 0 });
    expect(close.pool).toMatchObject({ outstanding: 4 });
    expect(await showPool(deps, name)).toMatchObject({ state: 'open', avail: 4 });
  });

  it('book where Redis cannot be reached, say so, and hand over later', async () => {
    const { deps } = house;
    const { sku } = await house.ledger.stocked(10);
    const away = house.bench.another({
      target: {
        label: 'nowhere',
        address: { socketPath: '/nowhere.sock' },
        user: null,
        password: null,
        database: 0,
        tls: null,
      },
    });
    const request = { product: sku, location: 'MAIN', quantity: 4, buckets: 1, terms: noTerms };
    const { pool } = await openPool({ ...deps, gate: away }, request, testWrite());
    expect(pool).toMatchObject({
      state: 'open',
      delegated: 4,
      avail: null,
      held: null,
      unsettled: null,
    });
    expect(pool.warnings.join('\n')).toContain('nowhere');
    await house.once();
    expect(await showPool(deps, { product: sku, location: 'MAIN' })).toMatchObject({
      avail: 4,
      warnings: [],
    });
  });
});
