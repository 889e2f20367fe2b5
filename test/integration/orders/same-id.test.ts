import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { placeOrder } from '../../../src/services/orders/place-order.ts';
import { violations } from '../../support/ledger-proof.ts';
import { answerOf, createOrderFaults } from '../../support/order-faults.ts';
import type { OrderFaults } from '../../support/order-faults.ts';
import { createOrderShop, orderOf } from '../../support/order-shop.ts';
import type { OrderShop } from '../../support/order-shop.ts';

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

describe('one id sent by many at once', () => {
  it('is one sale and one answer, though it took the last unit', async () => {
    const { sku } = await shop.pool(1);
    const order = orderOf(sku, { requestId: `hundred-${sku}` });
    const clients = Array.from({ length: 5 }, () => shop.client());
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, at) => {
        const client = clients[at % clients.length] ?? shop.client();
        return placeOrder(client, order, { dryRun: false });
      }),
    );
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(new Set(answers.map(({ state }) => state))).toEqual(new Set(['accepted']));
    await shop.settle();
    expect(await shop.booked(order.requestId)).toBe(1);
    expect(await shop.onHand(sku)).toEqual({ onHand: 0, reserved: 0 });
  });

  it('through Redis and through MySQL is one unit, and sold to all who asked', async () => {
    const { sku } = await shop.pool(5, { outside: 5 });
    for (let round = 0; round < 5; round += 1) {
      const order = orderOf(sku, { requestId: `both-${sku}-${round}` });
      const cut = () => shop.client({ gate: faults.nowhere(), fallback: true });
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, at) =>
          answerOf(at % 2 === 0 ? shop.client() : cut(), order),
        ),
      );
      expect(answers.every((answer) => answer === 'accepted' || answer === 'settled')).toBe(true);
      await shop.settle();
      expect(await shop.booked(order.requestId)).toBe(1);
      expect((await shop.onHand(sku)).onHand).toBe(9 - round);
    }
  });

  it('for different things sells one of them', async () => {
    const { sku } = await shop.pool(50);
    const { sku: other } = await shop.pool(50);
    const requestId = `mixed-${sku}`;
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, at) =>
        answerOf(shop.client(), orderOf(at % 2 === 0 ? sku : other, { requestId })),
      ),
    );
    expect(answers.filter((answer) => answer === 'REQUEST_CONFLICT')).toHaveLength(20);
    expect(answers.filter((answer) => answer === 'accepted')).toHaveLength(20);
    await shop.settle();
    expect(await shop.booked(requestId)).toBe(1);
  });
});

describe('one id of which nobody can read the record', () => {
  it('is not sold by another shard', async () => {
    const shards = await createOrderShop({ shards: 2 });
    try {
      const { sku } = await shards.pool(100, { buckets: 2 });
      for (let number = 0; number < 10; number += 1) {
        for (const shard of [0, 1]) {
          const requestId = `damaged-${shard}-${number}`;
          await shards.bench.redis.hset(shards.bench.key('r', shard), requestId, 'rubbish');
          expect([requestId, await answerOf(shards.client(), orderOf(sku, { requestId }))]).toEqual(
            [requestId, 'REQUEST_CONFLICT'],
          );
        }
      }
    } finally {
      await shards.close();
    }
  });
});
