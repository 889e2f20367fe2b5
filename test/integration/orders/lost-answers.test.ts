import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { placeOrder } from '../../../src/services/orders/place-order.ts';
import { recoverShard } from '../../../src/services/pools/recover-shard.ts';
import { topUpPool } from '../../../src/services/pools/top-up-pool.ts';
import { testWrite } from '../../support/catalogue.ts';
import type { Fault } from '../../support/fault-proxy.ts';
import { violations } from '../../support/ledger-proof.ts';
import { answerOf, createOrderFaults, isSale } from '../../support/order-faults.ts';
import type { OrderFaults } from '../../support/order-faults.ts';
import { createOrderShop, orderOf } from '../../support/order-shop.ts';
import type { OrderShop } from '../../support/order-shop.ts';
import { testServers } from '../../support/servers.ts';

let shop: OrderShop;
let faults: OrderFaults;
beforeAll(async () => {
  shop = await createOrderShop();
  faults = createOrderFaults(shop);
});
afterEach(async () => {
  await faults.close();
  await shop.settle();
  expect(await violations(shop.ledger.books.database)).toEqual({});
});
afterAll(() => shop.close());

describe('when the answer of Redis is lost', () => {
  const lost: Fault = { at: isSale, where: 'reply', how: 'cut' };

  it('after the sale, it is sold once and answered as sold', async () => {
    const { sku } = await shop.pool(1);
    const proxy = await faults.proxy(testServers().redisSocket, lost);
    const client = faults.through(proxy.socketPath, { database: null });
    const order = orderOf(sku);
    expect(await placeOrder(client, order, { dryRun: false })).toMatchObject({
      state: 'accepted',
      // To him who made the id, there was no request before this one.
      replayed: false,
    });
    expect(proxy.hasStruck()).toBe(true);
    await shop.settle();
    expect(await shop.booked(order.requestId)).toBe(1);
    expect(await shop.onHand(sku)).toEqual({ onHand: 0, reserved: 0 });
  });

  it('before the sale, and the last unit goes to another: refused, by the ledger too', async () => {
    const { sku } = await shop.pool(1, { outside: 5 });
    const proxy = await faults.proxy(testServers().redisSocket, { ...lost, where: 'request' });
    const order = orderOf(sku);
    const client = faults.through(proxy.socketPath);
    expect(await answerOf(shop.client(), orderOf(sku))).toBe('accepted');
    expect(await answerOf(client, order)).toBe('INSUFFICIENT_STOCK');
    expect(proxy.hasStruck()).toBe(true);
    expect(client.opened.mysql).toBeGreaterThan(0);
    await topUpPool(shop.pools, { product: sku, location: 'MAIN', quantity: 5 }, testWrite());
    // Redis remembers the refusal: an attempt that still were under way could not sell.
    expect(await answerOf(shop.client(), { ...order, isFresh: false })).toBe('INSUFFICIENT_STOCK');
  });

  it('and the ledger cannot be asked either, a refusal is no answer', async () => {
    const { sku } = await shop.pool(1);
    const proxy = await faults.proxy(testServers().redisSocket, { ...lost, where: 'request' });
    const gate = shop.gate({ socket: proxy.socketPath });
    const limits = { budgetMs: 1_000 };
    const down = await faults.database('/nowhere/mysql.sock');
    const order = orderOf(sku);
    expect(await answerOf(shop.client(), orderOf(sku))).toBe('accepted');
    const client = shop.client({ gate, database: down, limits });
    expect(await answerOf(client, order)).toBe('OUTCOME_UNKNOWN');
    expect(proxy.hasStruck()).toBe(true);
    expect(await answerOf(shop.client(), { ...order, isFresh: false })).toBe('INSUFFICIENT_STOCK');
  });

  it('and then Redis itself, MySQL sells, and settlement gives the other unit back', async () => {
    const { sku } = await shop.pool(3, { outside: 3 });
    const redis = faults.way();
    const proxy = await faults.proxy(testServers().redisSocket);
    await redis.to(proxy.socketPath);
    void proxy.arm(lost).then(redis.gone);
    const client = faults.through(redis.socket, { fallback: true });
    const order = orderOf(sku, { quantity: 2 });
    expect(await answerOf(client, order)).toBe('settled');
    expect(proxy.hasStruck()).toBe(true);
    expect(await shop.onHand(sku)).toEqual({ onHand: 4, reserved: 3 });
    expect(await shop.settle()).toMatchObject({ settled: 0, duplicates: 1, parked: 0 });
    expect(await shop.onHand(sku)).toEqual({ onHand: 4, reserved: 1 });
    expect(await shop.booked(order.requestId)).toBe(2);
    expect(await answerOf(shop.client(), { ...order, isFresh: false })).toBe('settled');
  });

  it('and then Redis itself, a MySQL that has not enough is no answer', async () => {
    const { sku } = await shop.pool(1);
    const redis = faults.way();
    const proxy = await faults.proxy(testServers().redisSocket);
    await redis.to(proxy.socketPath);
    void proxy.arm(lost).then(redis.gone);
    const client = faults.through(redis.socket, { fallback: true, limits: { budgetMs: 1_500 } });
    const order = orderOf(sku);
    expect(await answerOf(client, order)).toBe('OUTCOME_UNKNOWN');
    // Anybody may go on with it later.
    expect(await answerOf(shop.client(), { ...order, isFresh: false })).toBe('accepted');
    await shop.settle();
    expect(await shop.booked(order.requestId)).toBe(1);
  });

  it('with a recovery before the next attempt, the ledger is asked first', async () => {
    const { sku } = await shop.pool(1);
    const proxy = await faults.proxy(testServers().redisSocket, lost);
    const order = orderOf(sku);
    const work = answerOf(faults.through(proxy.socketPath), order);
    await expect.poll(() => proxy.hasStruck()).toBe(true);
    await faults.fence();
    await recoverShard(shop.pools, 0);
    expect(['settled', 'accepted']).toContain(await work);
    await shop.settle();
    expect(await shop.booked(order.requestId)).toBe(1);
  });
});
