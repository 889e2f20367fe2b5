import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { InvError } from '../../../src/lib/errors.ts';
import { cancelOrder } from '../../../src/services/orders/cancel-order.ts';
import { confirmOrder } from '../../../src/services/orders/confirm-order.ts';
import { placeOrder } from '../../../src/services/orders/place-order.ts';
import { openArticleShop } from '../../support/article-shop.ts';
import { seededRandom } from '../../support/drills/seed.ts';
import { createOrderShop, orderOf } from '../../support/order-shop.ts';
import type { OrderShop } from '../../support/order-shop.ts';
import { reconcile, reconcileOn, told } from '../../support/reconcile.ts';
import { createStrategy } from '../../support/strategies.ts';

/** `RECONCILE_CHECKS=1000` for the long one. */
const CHECKS = Number(process.env['RECONCILE_CHECKS'] ?? 15);
/** More than is sold meanwhile, so that there are sales until the last check. */
const UNITS = 5_000 + CHECKS * 200;

let shop: OrderShop;
beforeEach(async () => {
  shop = await createOrderShop({ shards: 2 });
});
afterEach(() => shop.close());

/** What the rules of the business refuse is an answer; anything else breaks the test. */
async function allowed(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof InvError && error.exitCode === 3) return false;
    throw error;
  }
}

/** Sales, holds that are confirmed, cancelled or forgotten, and goods that move beside the pool. */
async function customer(sku: string, number: number, signal: AbortSignal): Promise<void> {
  const client = shop.client();
  const random = seededRandom(number);
  const strategy = createStrategy('conditional', shop.ledger.books.database.database);
  for (let at = 0; !signal.aborted; at += 1) {
    const requestId = `customer-${String(number)}-${String(at)}`;
    const holdMs = random.chance(0.5) ? random.between(50, 400) : null;
    const order = orderOf(sku, { requestId, quantity: random.between(1, 3), holdMs });
    const isPlaced = await allowed(placeOrder(client, order, { dryRun: false }));
    if (isPlaced && holdMs !== null) {
      const end = random.pick([confirmOrder, cancelOrder, null]);
      if (end !== null) await allowed(end(client, { requestId }, { dryRun: false }));
    }
    const lines = [{ sku, quantity: random.chance(0.5) ? 2 : -2 }];
    await strategy.post([shop.ledger.books.draft({ id: `${requestId}-direct`, lines })], {
      atomic: true,
      dryRun: false,
    });
  }
}

async function repeat(work: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await work();
    await sleep(10);
  }
}

/** A run with its traffic, in milliseconds; generous, because the machine may be busy. */
const CHECK_MS = 5_000;

it(
  'finds nothing while everything happens at once, and no run is left without an answer',
  { timeout: 60_000 + CHECKS * CHECK_MS },
  async () => {
    const over = new AbortController();
    const { signal } = over;
    const pools = [];
    for (let at = 0; at < 3; at += 1) pools.push(await shop.pool(UNITS, { outside: 500 }));
    const database = shop.ledger.books.database;
    const deps = reconcileOn(database, { pools: shop.pools });
    const work = Promise.all([
      ...pools.flatMap(({ sku }, at) => [
        customer(sku, at * 2, signal),
        customer(sku, at * 2 + 1, signal),
      ]),
      repeat(() => shop.settle(), signal),
    ]);
    try {
      for (let at = 0; at < CHECKS; at += 1) {
        const result = await reconcile(deps, { isFull: at % 5 === 4, mode: 'fix' });
        expect(told(result)).toEqual([]);
        expect([result.status, result.unchecked]).toEqual(['clean', []]);
      }
    } finally {
      over.abort();
      await work;
    }
    await shop.settle();
    expect(told(await reconcile(deps, { isFull: true }))).toEqual([]);
    for (const { sku } of pools) {
      const last = orderOf(sku, { quantity: 1 });
      expect(await allowed(placeOrder(shop.client(), last, { dryRun: false }))).toBe(true);
    }
    const [row] = await database.sql('SELECT COUNT(*) AS booked FROM movements WHERE pool_id > 0');
    expect(Number(row?.['booked'])).toBeGreaterThan(50);
  },
);

const SUPPLY = 300;
const BUYERS = 6;
const SEED = 7;

/** The same buyers with the same wishes, until each has been refused so often that nothing can be left. */
async function rush(buy: (units: number) => Promise<boolean>): Promise<number> {
  const buyers = Array.from({ length: BUYERS }, async (_, buyer) => {
    const random = seededRandom(SEED + buyer);
    let sold = 0;
    for (let refused = 0; refused < 20;) {
      const units = random.between(1, 3);
      if (await buy(units)) sold += units;
      else refused += 1;
    }
    return sold;
  });
  return (await Promise.all(buyers)).reduce((sum, sold) => sum + sold, 0);
}

it("does not oversell beside its own repairs, where the article's way does", async () => {
  const { database } = shop.ledger.books;
  const article = await openArticleShop(database, shop.bench.redis, SUPPLY);
  const articleOver = new AbortController();
  const articleWork = [
    repeat(() => article.settle(), articleOver.signal),
    repeat(() => article.reconcile(), articleOver.signal),
  ];
  const soldByArticle = await rush((units) => article.buy(units));
  articleOver.abort();
  await Promise.all(articleWork);

  const { sku } = await shop.pool(SUPPLY);
  const client = shop.client();
  const deps = reconcileOn(database, { pools: shop.pools });
  const over = new AbortController();
  const work = [
    repeat(() => shop.settle(), over.signal),
    repeat(() => reconcile(deps, { mode: 'fix' }), over.signal),
  ];
  const sold = await rush((units) =>
    allowed(placeOrder(client, orderOf(sku, { quantity: units }), { dryRun: false })),
  );
  over.abort();
  await Promise.all(work);

  expect(soldByArticle, 'units that the article sold').toBeGreaterThan(SUPPLY);
  expect(sold).toBe(SUPPLY);
});
