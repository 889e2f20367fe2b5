import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cancelOrder } from '../../../src/services/orders/cancel-order.ts';
import { confirmOrder } from '../../../src/services/orders/confirm-order.ts';
import type { OrderDependencies } from '../../../src/services/orders/dependencies.ts';
import { listOrders } from '../../../src/services/orders/list-orders.ts';
import type { OrderAnswer } from '../../../src/services/orders/order-answer.ts';
import { placeOrder } from '../../../src/services/orders/place-order.ts';
import { showOrder } from '../../../src/services/orders/show-order.ts';
import { violations } from '../../support/ledger-proof.ts';
import { createOrderShop, orderOf } from '../../support/order-shop.ts';
import type { OrderShop } from '../../support/order-shop.ts';

const REAL = { dryRun: false };

let shop: OrderShop;
let client: OrderDependencies;
beforeAll(async () => {
  shop = await createOrderShop();
});
beforeAll(() => {
  client = shop.client();
});
afterEach(async () => {
  await shop.settle();
  expect(await violations(shop.ledger.books.database)).toEqual({});
});
afterAll(() => shop.close());

async function hold(
  units: number,
  { holdMs = 60_000, quantity = 2 } = {},
): Promise<{ readonly sku: string; readonly order: OrderAnswer; readonly requestId: string }> {
  const { sku } = await shop.pool(units);
  const order = await placeOrder(client, orderOf(sku, { holdMs, quantity, buyer: 'ann' }), REAL);
  return { sku, order, requestId: order.requestId };
}

const codeFrom = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : error;

const codeOf = (work: Promise<unknown>): Promise<unknown> => work.then(() => 'no error', codeFrom);

describe('a hold', () => {
  it('sets units aside until it is confirmed, then it is a sale like any other', async () => {
    const { sku, order, requestId } = await hold(3);
    expect(order).toMatchObject({ state: 'held', remaining: 1, replayed: false });
    expect(Date.parse(order.deadline ?? '')).toBeGreaterThan(Date.now() + 50_000);
    expect(await codeOf(placeOrder(client, orderOf(sku, { quantity: 2 }), REAL))).toBe(
      'INSUFFICIENT_STOCK',
    );
    expect(await showOrder(client, { requestId })).toEqual({ ...order, remaining: null });
    // MySQL is not asked.
    const confirmed = await confirmOrder(shop.client({ database: null }), { requestId }, REAL);
    expect(confirmed).toEqual({ ...order, state: 'accepted', remaining: 1 });
    expect(await showOrder(client, { requestId })).toMatchObject({ state: 'accepted' });
    expect(await confirmOrder(client, { requestId }, REAL)).toMatchObject({
      state: 'accepted',
      replayed: true,
    });
    expect(await codeOf(cancelOrder(client, { requestId }, REAL))).toBe('REFUSED');
    await shop.settle();
    const settled = { requestId, sku, quantity: 2, buyer: 'ann', state: 'settled' };
    expect(await showOrder(client, { requestId })).toMatchObject(settled);
    expect(await shop.booked(requestId)).toBe(2);
    await expect(cancelOrder(client, { requestId }, REAL)).rejects.toMatchObject({
      code: 'REFUSED',
      hint: `inv stock undo ${requestId}`,
    });
  });

  it('is given back by a cancellation, once', async () => {
    const { sku, order, requestId } = await hold(2);
    const cancelled = { ...order, state: 'cancelled', remaining: null };
    expect(await cancelOrder(client, { requestId }, REAL)).toEqual(cancelled);
    expect(await cancelOrder(client, { requestId }, REAL)).toEqual({
      ...cancelled,
      replayed: true,
    });
    expect(await showOrder(client, { requestId })).toEqual(cancelled);
    expect(await codeOf(confirmOrder(client, { requestId }, REAL))).toBe('REFUSED');
    expect(
      await codeOf(placeOrder(client, { ...orderOf(sku), requestId, isFresh: false }, REAL)),
    ).toBe('REQUEST_CONFLICT');
    await shop.settle();
    expect(await showOrder(client, { requestId })).toMatchObject({ state: 'cancelled' });
    // What Redis remembers goes; what the table of orders says stays.
    await shop.bench.redis.del(shop.bench.key('r'));
    expect(await showOrder(client, { requestId })).toMatchObject({ state: 'cancelled', sku });
    expect(await cancelOrder(client, { requestId }, REAL)).toMatchObject({ replayed: true });
    expect(await codeOf(confirmOrder(client, { requestId }, REAL))).toBe('REFUSED');
    expect(await placeOrder(client, orderOf(sku, { quantity: 2 }), REAL)).toMatchObject({
      remaining: 0,
    });
  });

  it('is gone for all who ask as soon as it is due, though nobody gave it back', async () => {
    const { order, requestId, sku } = await hold(2, { holdMs: 300 });
    const request = orderOf(sku, { requestId, holdMs: 300, quantity: 2, buyer: 'ann' });
    expect(await placeOrder(client, request, REAL)).toMatchObject({
      replayed: true,
      state: 'held',
      deadline: order.deadline,
    });
    await sleep(350);
    expect(await showOrder(client, { requestId })).toMatchObject({ state: 'expired' });
    expect(await codeOf(confirmOrder(client, { requestId }, REAL))).toBe('REFUSED');
    expect(await codeOf(placeOrder(client, request, REAL))).toBe('REFUSED');
    await shop.settle();
    expect(await showOrder(client, { requestId })).toMatchObject({ state: 'expired' });
    expect(await cancelOrder(client, { requestId }, REAL)).toMatchObject({
      state: 'expired',
      replayed: true,
    });
    expect(await codeOf(confirmOrder(client, { requestId }, REAL))).toBe('REFUSED');
    expect(await placeOrder(client, orderOf(sku, { quantity: 2 }), REAL)).toMatchObject({
      state: 'accepted',
    });
  });

  it('is listed as what it is, also when it is due and the books do not know yet', async () => {
    const { sku, requestId } = await hold(9, { holdMs: 400, quantity: 1 });
    const { requestId: sold } = await placeOrder(client, orderOf(sku), REAL);
    await shop.settle();
    const states = async (state: 'held' | 'expired' | 'settled' | null): Promise<unknown> =>
      (await listOrders(client, { sku, buyer: null, state, limit: 10 })).map((row) => [
        row.requestId,
        row.state,
      ]);
    expect(await states(null)).toEqual([
      [sold, 'settled'],
      [requestId, 'held'],
    ]);
    await sleep(450);
    expect(await states(null)).toEqual([
      [sold, 'settled'],
      [requestId, 'expired'],
    ]);
    expect(await states('held')).toEqual([]);
    expect(await states('expired')).toEqual([[requestId, 'expired']]);
    expect(await states('settled')).toEqual([[sold, 'settled']]);
  });

  it('that was confirmed in time is never listed as expired', async () => {
    const { sku, requestId } = await hold(9, { holdMs: 400, quantity: 1 });
    await shop.settle();
    await confirmOrder(client, { requestId }, REAL);
    await sleep(450);
    const filter = { sku, buyer: null, limit: 10 };
    expect(await listOrders(client, { ...filter, state: null })).toMatchObject([
      { requestId, state: 'accepted' },
    ]);
    expect(await listOrders(client, { ...filter, state: 'expired' })).toEqual([]);
    expect(await listOrders(client, { ...filter, state: 'held' })).toEqual([]);
  });

  it('on trial is neither confirmed nor cancelled', async () => {
    const { requestId } = await hold(2);
    const trial = { dryRun: true };
    expect(await confirmOrder(client, { requestId }, trial)).toMatchObject({ state: 'accepted' });
    expect(await cancelOrder(client, { requestId }, trial)).toMatchObject({ state: 'cancelled' });
    expect(await showOrder(client, { requestId })).toMatchObject({ state: 'held' });
  });

  it('is confirmed by one of many and cancelled by none, or the other way round', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { requestId } = await hold(2);
      const outcomes = await Promise.all(
        Array.from({ length: 12 }, (_, at) => {
          const own = shop.client();
          const work =
            at % 2 === 0
              ? confirmOrder(own, { requestId }, REAL)
              : cancelOrder(own, { requestId }, REAL);
          return work.then(({ state }) => state, codeFrom);
        }),
      );
      const said = new Set(outcomes);
      const { state } = await showOrder(client, { requestId });
      expect(['accepted', 'cancelled']).toContain(state);
      expect(said).toEqual(new Set([state, 'REFUSED']));
      await shop.settle();
      expect(await shop.booked(requestId)).toBe(state === 'accepted' ? 2 : null);
    }
  });
});

describe('an order that does not exist', () => {
  it('is not found, nor is one that was refused, or a posting that is none', async () => {
    const requestId = 'nobody-ever';
    expect(await codeOf(showOrder(client, { requestId }))).toBe('NOT_FOUND');
    expect(await codeOf(confirmOrder(client, { requestId }, REAL))).toBe('NOT_FOUND');
    expect(await codeOf(cancelOrder(client, { requestId }, REAL))).toBe('NOT_FOUND');
    const { sku } = await shop.pool(1);
    const refused = orderOf(sku, { requestId: `refused-${sku}`, quantity: 5 });
    expect(await codeOf(placeOrder(client, refused, REAL))).toBe('INSUFFICIENT_STOCK');
    await expect(showOrder(client, refused)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('refused'),
    });
    expect(await codeOf(confirmOrder(client, refused, REAL))).toBe('NOT_FOUND');
    expect(await codeOf(showOrder(client, { requestId: `stock-${sku}` }))).toBe('NOT_FOUND');
  });
});
