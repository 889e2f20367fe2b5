import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PoolBooks } from '../../../src/ports/pool-books.ts';
import type { OrderDependencies } from '../../../src/services/orders/dependencies.ts';
import { recoverShard } from '../../../src/services/pools/recover-shard.ts';
import { violations } from '../../support/ledger-proof.ts';
import { answerOf } from '../../support/order-faults.ts';
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

async function recover(): Promise<void> {
  const { progress } = await shop.pools.books.shard(0, { includeClosed: false });
  await shop.pools.books.requestRecovery(0, progress.generation);
  expect(await recoverShard(shop.pools, 0)).toMatchObject({ status: 'adopted' });
}

/** A client whose books do something once, right after they were first asked for the id or to refuse it. */
function watched(
  client: OrderDependencies,
  act: { readonly afterLookup?: () => Promise<void> },
): { readonly client: OrderDependencies; readonly lookups: string[]; readonly voids: string[] } {
  const lookups: string[] = [];
  const voids: string[] = [];
  const watch = (books: PoolBooks): PoolBooks => ({
    ...books,
    lookup: async (requestId) => {
      const answer = await books.lookup(requestId);
      lookups.push(answer.status);
      if (lookups.length === 1) await act.afterLookup?.();
      return answer;
    },
    recordVoid: async (request, write) => {
      const answer = await books.recordVoid(request, write);
      voids.push(answer.status);
      return answer;
    },
  });
  return { client: { ...client, books: async () => watch(await client.books()) }, lookups, voids };
}

describe('a recovery in the middle of an order whose id others may know', () => {
  it('sends it back to the ledger when it comes between that and Redis', async () => {
    const { sku } = await shop.pool(2);
    const order = orderOf(sku, { requestId: `between-${sku}` });
    const { client, lookups } = watched(shop.client(), { afterLookup: recover });
    expect(await answerOf(client, order)).toBe('accepted');
    expect(lookups).toEqual(['none', 'none']);
    await shop.settle();
    expect(await shop.booked(order.requestId)).toBe(1);
  });

  it('makes the NO of Redis count no more when it comes before MySQL has said it too', async () => {
    const { sku } = await shop.pool(1);
    expect(await answerOf(shop.client(), orderOf(sku))).toBe('accepted');
    const order = orderOf(sku, { requestId: `refused-${sku}` });
    const gate = shop.gate();
    let refusals = 0;
    const plain = shop.client({
      gate: {
        ...gate,
        sell: async (sale) => {
          const answer = await gate.sell(sale);
          refusals += 1;
          if (refusals === 1) await recover();
          return answer;
        },
      },
    });
    const { client, voids } = watched(plain, {});
    expect(await answerOf(client, order)).toBe('INSUFFICIENT_STOCK');
    expect(voids).toEqual(['moved', 'void']);
    expect(refusals).toBeGreaterThan(1);
  });
});
