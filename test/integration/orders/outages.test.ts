import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cancelOrder } from '../../../src/services/orders/cancel-order.ts';
import { confirmOrder } from '../../../src/services/orders/confirm-order.ts';
import { placeOrder } from '../../../src/services/orders/place-order.ts';
import { showOrder } from '../../../src/services/orders/show-order.ts';
import { recoverShard } from '../../../src/services/pools/recover-shard.ts';
import { unfreezeShard } from '../../../src/services/pools/unfreeze-shard.ts';
import { isDecisive } from '../../support/fault-proxy.ts';
import { violations } from '../../support/ledger-proof.ts';
import { answerOf, createOrderFaults } from '../../support/order-faults.ts';
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

describe('when Redis cannot be reached', () => {
  it('MySQL sells from outside of the pool only where that is wanted', async () => {
    const { sku } = await shop.pool(2, { outside: 2 });
    expect(await answerOf(shop.client({ gate: faults.nowhere() }), orderOf(sku))).toBe(
      'STORE_UNAVAILABLE',
    );
    const client = shop.client({ gate: faults.nowhere(), fallback: true });
    const order = orderOf(sku, { quantity: 2, buyer: 'ann' });
    expect(await answerOf(client, order)).toBe('settled');
    expect(await shop.pools.books.order(order.requestId)).toMatchObject({
      state: 'settled',
      buyer: 'ann',
      quantity: 2,
      poolId: null,
    });
    const tooMuch = orderOf(sku, { quantity: 1 });
    await expect(placeOrder(client, tooMuch, { dryRun: false })).rejects.toMatchObject({
      code: 'INSUFFICIENT_STOCK',
      facts: { request_id: tooMuch.requestId, wanted: 1, available: 0 },
    });
    expect(await shop.onHand(sku)).toEqual({ onHand: 2, reserved: 2 });
    // The same in Redis: known from the ledger, with its content.
    expect(await answerOf(shop.client(), { ...order, isFresh: false })).toBe('settled');
    expect(await answerOf(shop.client(), { ...order, isFresh: false, quantity: 1 })).toBe(
      'REQUEST_CONFLICT',
    );
  });

  it('MySQL does not sell what only Redis can keep to its terms, nor hold, nor what is closed', async () => {
    const limited = await shop.pool(2, { outside: 2, perBuyer: 1 });
    const timed = await shop.pool(2, { outside: 2, endsAtMs: Date.now() + 86_400_000 });
    const plain = await shop.pool(2, { outside: 2 });
    const { sku: unopened } = await shop.ledger.stocked(3);
    const client = shop.client({ gate: faults.nowhere(), fallback: true });
    const orders = [
      orderOf(limited.sku, { buyer: 'ann' }),
      orderOf(timed.sku),
      orderOf(plain.sku, { holdMs: 60_000 }),
      orderOf(unopened),
    ];
    for (const order of orders) expect(await answerOf(client, order)).toBe('STORE_UNAVAILABLE');
  });

  it('the lost answer of MySQL is made good by either store', async () => {
    const { sku } = await shop.pool(3, { outside: 3 });
    const redis = faults.way();
    const database = await faults.database(
      (
        await faults.proxy(testServers().mysqlSocket, {
          at: isDecisive,
          where: 'reply',
          how: 'cut',
        })
      ).socketPath,
    );
    const client = faults.through(redis.socket, { fallback: true, database });
    const order = orderOf(sku);
    const work = answerOf(client, order);
    expect(await work).toBe('settled');
    expect(await shop.booked(order.requestId)).toBe(1);
    expect(await shop.onHand(sku)).toEqual({ onHand: 5, reserved: 3 });
  });

  it('and MySQL sold without an answer and is gone, Redis sells when it is back: one unit', async () => {
    const { sku } = await shop.pool(3, { outside: 3 });
    const redis = faults.way();
    const mysql = faults.way();
    const proxy = await faults.proxy(testServers().mysqlSocket);
    await mysql.to(proxy.socketPath);
    void proxy.arm({ at: isDecisive, where: 'reply', how: 'cut' }).then(mysql.gone);
    const database = await faults.database(mysql.socket);
    const client = faults.through(redis.socket, { fallback: true, database });
    const order = orderOf(sku);
    const work = answerOf(client, order);
    await expect.poll(() => shop.booked(order.requestId)).toBe(1);
    await redis.to(testServers().redisSocket);
    expect(await work).toBe('accepted');
    expect(await shop.settle()).toMatchObject({ settled: 0, duplicates: 1 });
    expect(await shop.booked(order.requestId)).toBe(1);
    expect(await shop.onHand(sku)).toEqual({ onHand: 5, reserved: 2 });
  });

  it('an id that others may know is never answered with "nothing was executed"', async () => {
    const { sku } = await shop.pool(2);
    const order = orderOf(sku, { requestId: `known-${sku}` });
    expect(await answerOf(shop.client({ gate: faults.nowhere() }), order)).toBe('OUTCOME_UNKNOWN');
    expect(await answerOf(shop.client(), order)).toBe('accepted');
    await shop.settle();
    // What the ledger knows is known without Redis.
    expect(await answerOf(shop.client({ gate: faults.nowhere() }), order)).toBe('settled');
  });
});

describe('when MySQL cannot be reached', () => {
  it('fresh orders are sold, known ids are answered if Redis remembers them, else unknown', async () => {
    const { sku } = await shop.pool(5);
    const client = shop.client({ database: await faults.database('/nowhere/mysql.sock') });
    const order = orderOf(sku);
    expect(await answerOf(client, order)).toBe('accepted');
    expect(await answerOf(client, { ...order, isFresh: false })).toBe('accepted');
    expect(await answerOf(client, { ...order, isFresh: false, quantity: 2 })).toBe(
      'REQUEST_CONFLICT',
    );
    const known = orderOf(sku, { requestId: `unasked-${sku}` });
    expect(await answerOf(client, known)).toBe('OUTCOME_UNKNOWN');
    await shop.settle();
    expect(await shop.booked(known.requestId)).toBe(null);
    expect(await shop.booked(order.requestId)).toBe(1);
  });

  it('a fresh order is refused by Redis alone', async () => {
    const { sku } = await shop.pool(1);
    const client = shop.client({ database: null });
    expect(await answerOf(client, orderOf(sku, { quantity: 2 }))).toBe('INSUFFICIENT_STOCK');
  });
});

describe('when the shard is fenced', () => {
  const limits = { budgetMs: 2_500 };

  it('nothing is sold, and that is said', async () => {
    const { sku } = await shop.pool(1);
    await faults.fence();
    expect(await answerOf(shop.client({ limits }), orderOf(sku))).toBe('FENCED');
    await shop.settle();
    expect(await answerOf(shop.client(), orderOf(sku))).toBe('accepted');
  });

  it('an order that Redis may yet have is not called unknown', async () => {
    const { sku } = await shop.pool(2);
    const held = orderOf(sku, { holdMs: 60_000 });
    expect(await answerOf(shop.client(), held)).toBe('held');
    await shop.bench.redis.hdel(shop.bench.key('r'), held.requestId);
    await faults.fence();
    const client = shop.client({ limits });
    const fenced = { code: 'FENCED' };
    await expect(showOrder(client, { requestId: 'nobody' })).rejects.toMatchObject(fenced);
    for (const change of [confirmOrder, cancelOrder]) {
      const answer = change(client, { requestId: held.requestId }, { dryRun: false });
      await expect(answer).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    }
    await recoverShard(shop.pools, 0);
    const gone = { code: 'NOT_FOUND' };
    await expect(showOrder(client, { requestId: 'nobody' })).rejects.toMatchObject(gone);
  });

  it('an order waits for the worker, without asking twice', async () => {
    const { sku } = await shop.pool(1);
    await faults.fence();
    const order = orderOf(sku);
    const work = answerOf(shop.client({ limits, database: null }), order);
    await sleep(300);
    await recoverShard(shop.pools, 0);
    expect(await work).toBe('accepted');
    await shop.settle();
    expect(await shop.booked(order.requestId)).toBe(1);
  });

  it('a lone command recovers it by itself', async () => {
    const { sku } = await shop.pool(1);
    await faults.fence();
    const client = shop.client({ recover: true });
    const begun = performance.now();
    expect(await answerOf(client, orderOf(sku))).toBe('accepted');
    expect(performance.now() - begun).toBeGreaterThan(900);
  });

  it.each([[true], [false]])(
    'a frozen one is told as such, with a fresh id: %s',
    async (isFresh) => {
      const { sku } = await shop.pool(1);
      await shop.pools.books.freeze(0, 'MySQL is older');
      await faults.fence();
      const client = shop.client({ recover: true });
      const begun = performance.now();
      await expect(
        placeOrder(client, orderOf(sku, { isFresh }), { dryRun: false }),
      ).rejects.toMatchObject({
        code: 'FENCED',
        exitCode: 69,
        message: expect.stringContaining('shard 0, which is frozen: an operator has to look at it'),
        hint: 'inv worker status',
      });
      expect(performance.now() - begun).toBeLessThan(4_000);
      await expect(showOrder(client, { requestId: 'nobody' })).rejects.toMatchObject({
        hint: 'inv worker status',
      });
      await unfreezeShard(shop.pools, 0);
    },
  );

  it('MySQL sells in its place after a moment, where that is wanted', async () => {
    const { sku } = await shop.pool(1, { outside: 1 });
    await faults.fence();
    const order = orderOf(sku);
    expect(await answerOf(shop.client({ limits, fallback: true }), order)).toBe('settled');
    await shop.settle();
    expect(await shop.onHand(sku)).toEqual({ onHand: 1, reserved: 1 });
  });

  it('a pool that Redis has lost is told from one that never was', async () => {
    const { sku } = await shop.pool(1);
    await shop.bench.redis.del(shop.bench.key('dir'));
    expect(await answerOf(shop.client({ limits: { budgetMs: 600 } }), orderOf(sku))).toBe('FENCED');
  });
});

describe('an attempt that comes too late', () => {
  it('sells nothing, and the next one does', async () => {
    const { sku } = await shop.pool(1);
    const hasty = shop.client({
      gate: shop.gate({ limits: { connectTimeoutMs: 2_000, commandTimeoutMs: 100 } }),
      limits: { budgetMs: 400 },
    });
    await hasty.directory.find(sku, 'MAIN');
    await shop.bench.redis.call('CLIENT', 'PAUSE', '900', 'WRITE');
    const order = orderOf(sku);
    expect(await answerOf(hasty, order)).toBe('OUTCOME_UNKNOWN');
    await sleep(900);
    await shop.settle();
    expect(await shop.booked(order.requestId)).toBe(null);
    expect(await answerOf(shop.client(), { ...order, isFresh: false })).toBe('accepted');
  });
});
