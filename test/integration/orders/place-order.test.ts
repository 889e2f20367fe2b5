import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { InvError } from '../../../src/lib/errors.ts';
import { cancelOrder } from '../../../src/services/orders/cancel-order.ts';
import type { OrderDependencies } from '../../../src/services/orders/dependencies.ts';
import type { OrderAnswer } from '../../../src/services/orders/order-answer.ts';
import { placeOrder } from '../../../src/services/orders/place-order.ts';
import type { OrderRequest } from '../../../src/services/orders/place-order.ts';
import { closePool } from '../../../src/services/pools/close-pool.ts';
import { testWrite } from '../../support/catalogue.ts';
import { violations } from '../../support/ledger-proof.ts';
import { createOrderShop, orderOf } from '../../support/order-shop.ts';
import type { OrderShop } from '../../support/order-shop.ts';

let shop: OrderShop;
beforeAll(async () => {
  shop = await createOrderShop();
});
afterEach(async () => {
  await shop.settle();
  expect(await violations(shop.ledger.books.database)).toEqual({});
});
afterAll(() => shop.close());

const place = (client: OrderDependencies, order: OrderRequest): Promise<OrderAnswer> =>
  placeOrder(client, order, { dryRun: false });

/** The code and the facts of the refusal. */
async function refusal(work: Promise<unknown>): Promise<{ code: string; facts: unknown }> {
  const error = await work.then(
    () => new Error('it was not refused'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof InvError)) throw error;
  return { code: error.code, facts: error.facts };
}

describe('an order', () => {
  it('is sold by Redis without MySQL, and settled later', async () => {
    const { sku, shown } = await shop.pool(5, { outside: 2 });
    const client = shop.client({ database: null });
    const order = orderOf(sku, { quantity: 2, buyer: 'ann', reference: 'SO-1' });
    expect(await place(client, order)).toEqual({
      requestId: order.requestId,
      replayed: false,
      state: 'accepted',
      sku,
      location: 'MAIN',
      quantity: 2,
      buyer: 'ann',
      reference: 'SO-1',
      poolId: shown.poolId,
      remaining: 3,
      deadline: null,
    });
    expect(client.opened.mysql).toBe(0);
    expect(await shop.onHand(sku)).toEqual({ onHand: 7, reserved: 5 });
    await shop.settle();
    expect(await shop.onHand(sku)).toEqual({ onHand: 5, reserved: 3 });
    expect(await shop.booked(order.requestId)).toBe(2);
  });

  it('is answered alike however often it comes, before and after it is settled', async () => {
    const { sku, shown } = await shop.pool(1);
    const client = shop.client();
    const order = orderOf(sku, { requestId: `again-${sku}` });
    const first = await place(client, order);
    expect(first).toMatchObject({ replayed: false, state: 'accepted', remaining: 0 });
    expect(await place(shop.client(), order)).toEqual({
      ...first,
      replayed: true,
      remaining: null,
    });
    await shop.settle();
    const settled = { ...first, replayed: true, state: 'settled', remaining: null };
    expect(await place(shop.client(), order)).toEqual({ ...settled, poolId: shown.poolId });
    expect(await shop.booked(order.requestId)).toBe(1);
  });

  it('is refused with what is left, and the pool is as it was', async () => {
    const { sku } = await shop.pool(3, { floor: 1, outside: 10 });
    const order = orderOf(sku, { quantity: 3 });
    expect(await refusal(place(shop.client({ database: null }), order))).toEqual({
      code: 'INSUFFICIENT_STOCK',
      facts: { request_id: order.requestId, sku, location: 'MAIN', wanted: 3, available: 2 },
    });
    expect(await place(shop.client(), orderOf(sku, { quantity: 2 }))).toMatchObject({
      state: 'accepted',
      remaining: 0,
    });
  });

  it('that was refused under a known id stays refused, also when there is more', async () => {
    const { sku } = await shop.pool(1, { outside: 5 });
    const order = orderOf(sku, { requestId: `no-${sku}`, quantity: 2 });
    const client = shop.client();
    expect(await refusal(place(client, order))).toMatchObject({ code: 'INSUFFICIENT_STOCK' });
    const { topUpPool } = await import('../../../src/services/pools/top-up-pool.ts');
    await topUpPool(shop.pools, { product: sku, location: 'MAIN', quantity: 5 }, testWrite());
    expect(await refusal(place(shop.client(), order))).toMatchObject({
      code: 'INSUFFICIENT_STOCK',
    });
    // Redis has forgotten it: the ledger has not, only why it was.
    await shop.bench.redis.del(shop.bench.key('r'));
    expect(await refusal(place(shop.client(), order))).toMatchObject({ code: 'REFUSED' });
    expect(await place(client, orderOf(sku, { quantity: 2 }))).toMatchObject({ remaining: 4 });
  });

  it('with the id of another is a conflict, whichever store knows the other', async () => {
    const { sku } = await shop.pool(5);
    const { sku: other } = await shop.pool(5);
    const requestId = `reused-${sku}`;
    const order = orderOf(sku, { requestId, buyer: 'ann' });
    await place(shop.client(), order);
    const others = [
      { ...order, quantity: 2 },
      { ...order, buyer: 'bob' },
      { ...order, reference: 'X' },
      { ...order, holdMs: 60_000 },
      { ...order, product: other },
    ];
    for (const state of ['in Redis', 'in the ledger']) {
      for (const changed of others) {
        const { code } = await refusal(place(shop.client(), changed));
        expect([state, code]).toEqual([state, 'REQUEST_CONFLICT']);
      }
      await shop.settle();
    }
    expect(await place(shop.client(), order)).toMatchObject({ replayed: true, state: 'settled' });
  });

  it('is taken by a barcode as by its SKU', async () => {
    const { sku } = await shop.pool(5);
    await shop.ledger.books.database.sql(
      `INSERT INTO barcodes (code, product_id, units_per_scan, created_at, actor, host, source, request_id)
       SELECT '4006381333931', id, 1, NOW(6), '', '', '', '' FROM products WHERE sku = ?`,
      [sku],
    );
    const order = orderOf('4006381333931', { requestId: `barcode-${sku}` });
    expect(await place(shop.client(), order)).toMatchObject({ sku, state: 'accepted' });
    expect(await place(shop.client(), { ...order, product: sku })).toMatchObject({
      replayed: true,
    });
  });

  it('for what has no pool says so, and for what is no product what looks like it', async () => {
    const { sku } = await shop.ledger.stocked(5);
    const client = shop.client();
    expect(await refusal(place(client, orderOf(sku)))).toMatchObject({ code: 'NOT_FOUND' });
    await expect(place(client, orderOf(sku))).rejects.toMatchObject({
      hint: `inv pool open ${sku} QUANTITY`,
    });
    await expect(place(client, orderOf(`${sku}X`))).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('did you mean'),
    });
    await expect(place(client, orderOf(sku, { location: 'NOWHERE' }))).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('NOWHERE'),
    });
  });

  it('for a pool that is closed is refused, and for one opened again is sold', async () => {
    const { sku } = await shop.pool(5);
    const client = shop.client();
    await place(client, orderOf(sku));
    const name = { product: sku, location: 'MAIN' };
    await closePool(shop.pools, name, testWrite(), { waitMs: 5_000 });
    expect(await refusal(place(client, orderOf(sku)))).toMatchObject({ code: 'POOL_CLOSED' });
    expect(await shop.onHand(sku)).toEqual({ onHand: 4, reserved: 0 });
    const { openPool } = await import('../../../src/services/pools/open-pool.ts');
    const terms = { floor: 0, perBuyer: null, startsAtMs: null, endsAtMs: null };
    await openPool(shop.pools, { ...name, quantity: 4, buckets: 1, terms }, testWrite());
    expect(await place(client, orderOf(sku, { quantity: 4 }))).toMatchObject({ remaining: 0 });
  });

  it('outside the time of the sale is refused', async () => {
    const tomorrow = await shop.pool(5, { startsAtMs: Date.now() + 86_400_000 });
    const endsAtMs = Date.now() + 1_000;
    const over = await shop.pool(5, { endsAtMs });
    await sleep(Math.max(0, endsAtMs - Date.now()) + 50);
    for (const { sku } of [tomorrow, over]) {
      const { code } = await refusal(place(shop.client({ database: null }), orderOf(sku)));
      expect(code).toBe('POOL_CLOSED');
    }
  });

  it('beyond what one buyer may have is refused to him and sold to another', async () => {
    const { sku } = await shop.pool(10, { perBuyer: 3 });
    const client = shop.client({ database: null });
    await place(client, orderOf(sku, { buyer: 'ann', quantity: 2 }));
    expect(await refusal(place(client, orderOf(sku, { buyer: 'ann', quantity: 2 })))).toMatchObject(
      { code: 'LIMIT_REACHED' },
    );
    await place(client, orderOf(sku, { buyer: 'ann', quantity: 1 }));
    await place(client, orderOf(sku, { buyer: 'bob', quantity: 3 }));
  });
});

describe('an order on trial', () => {
  const attempt = (order: OrderRequest): Promise<OrderAnswer> =>
    placeOrder(shop.client(), order, { dryRun: true });

  it('says what it would come to and changes nothing', async () => {
    const { sku } = await shop.pool(5, { floor: 1 });
    expect(await attempt(orderOf(sku, { quantity: 4 }))).toMatchObject({
      state: 'accepted',
      remaining: 0,
      replayed: false,
    });
    expect(await attempt(orderOf(sku, { holdMs: 60_000 }))).toMatchObject({ state: 'held' });
    expect(await refusal(attempt(orderOf(sku, { quantity: 5 })))).toMatchObject({
      code: 'INSUFFICIENT_STOCK',
      facts: { available: 4 },
    });
    expect(await place(shop.client(), orderOf(sku, { quantity: 4 }))).toMatchObject({
      remaining: 0,
    });
  });

  it('under a known id says what it came to', async () => {
    const { sku } = await shop.pool(5);
    const order = orderOf(sku, { requestId: `trial-${sku}` });
    await place(shop.client(), order);
    expect(await attempt({ ...order, quantity: 2 }).catch((error: unknown) => error)).toMatchObject(
      { code: 'REQUEST_CONFLICT' },
    );
    await shop.settle();
    expect(await attempt(order)).toMatchObject({ replayed: true, state: 'settled' });
  });
});

it('a hold that ended is not held again under its id, also when Redis forgot it', async () => {
  const { sku } = await shop.pool(5);
  const order = orderOf(sku, { requestId: `ended-${sku}`, holdMs: 60_000 });
  const client = shop.client();
  await place(client, order);
  await cancelOrder(client, order, { dryRun: false });
  expect(await refusal(place(client, order))).toMatchObject({ code: 'REFUSED' });
  await shop.settle();
  await shop.bench.redis.del(shop.bench.key('r'));
  expect(await refusal(place(client, order))).toMatchObject({ code: 'REFUSED' });
});
