import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLedgerReader } from '../../../src/adapters/mysql/ledger-reader.ts';
import { createStockReader } from '../../../src/adapters/mysql/stock-reader.ts';
import { loadFacts } from '../../../src/cli/composition/loadtest/books.ts';
import type { BooksDependencies } from '../../../src/cli/composition/loadtest/books.ts';
import { must } from '../../../src/domain/parse/parsed.ts';
import { isQuiet } from '../../../src/loadtest/verdict/is-quiet.ts';
import { planSettings } from '../../../src/loadtest/workload/plan-settings.ts';
import type { PoolGate } from '../../../src/ports/pool-gate.ts';
import { placeOrder } from '../../../src/services/orders/place-order.ts';
import { openPool } from '../../../src/services/pools/open-pool.ts';
import { testWrite } from '../../support/catalogue.ts';
import { createOrderShop, orderOf } from '../../support/order-shop.ts';
import type { OrderShop } from '../../support/order-shop.ts';
import { noTerms } from '../../support/pool-ledger.ts';
import { createStrategy } from '../../support/strategies.ts';

const SKU = 'LT-1';
/** Longer than the books take to hear of it. */
const HOLD_MS = 1_500;
const settings = must(planSettings({ seed: 1, stock: 10, holdShare: 1 }), 'options');

let shop: OrderShop;
beforeAll(async () => {
  shop = await createOrderShop();
  const { books } = shop.ledger;
  await books.addProducts([{ sku: SKU }]);
  const draft = books.draft({ id: 'stock', lines: [{ sku: SKU, quantity: 10 }] });
  const strategy = createStrategy('conditional', books.database.database);
  await strategy.post([draft], { atomic: true, dryRun: false });
  const request = { product: SKU, location: 'MAIN', quantity: 10, buckets: 1 };
  await openPool(shop.pools, { ...request, terms: noTerms }, testWrite());
});
afterAll(() => shop.close());

/** Holds that are due are given back, as by the worker, right after every call of the one kind. */
function expiringAfter(call: 'snapshot' | 'readEvents'): BooksDependencies {
  const { database } = shop.ledger.books.database;
  const { gate } = shop.pools;
  const expire = async (): Promise<void> => {
    const { generation } = await gate.snapshot(0);
    await gate.expireDue(0, generation ?? 0, 10);
  };
  const snapshot: PoolGate['snapshot'] = async (...given) => {
    const found = await gate.snapshot(...given);
    if (call === 'snapshot') await expire();
    return found;
  };
  const readEvents: PoolGate['readEvents'] = async (...given) => {
    const found = await gate.readEvents(...given);
    if (call === 'readEvents') await expire();
    return found;
  };
  return {
    stock: createStockReader(database),
    ledger: createLedgerReader(database),
    pools: { books: shop.pools.books, gate: { ...gate, snapshot, readEvents } },
  };
}

it.each(['snapshot', 'readEvents'] as const)(
  'a hold that ends right after %s is held or unsettled in the facts, never neither',
  async (call) => {
    await placeOrder(shop.client(), orderOf(SKU, { holdMs: HOLD_MS }), { dryRun: false });
    await shop.settle();
    await sleep(HOLD_MS + 20);
    const facts = await loadFacts(expiringAfter(call), settings);
    expect([facts.products[0]?.sku, isQuiet(facts)]).toEqual([SKU, false]);
    await shop.settle();
    const after = await loadFacts(expiringAfter(call), settings);
    expect(isQuiet(after)).toBe(true);
  },
);
