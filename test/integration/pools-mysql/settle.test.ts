import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { violations } from '../../support/ledger-proof.ts';
import { createStream, sellerOf } from '../../support/pool-events.ts';
import { createPoolLedger } from '../../support/pool-ledger.ts';
import type { PoolLedger } from '../../support/pool-ledger.ts';

let ledger: PoolLedger;
const stream = createStream();
beforeAll(async () => {
  ledger = await createPoolLedger();
});
afterAll(() => ledger.close());
afterEach(async () => {
  expect(await violations(ledger.books.database)).toEqual({});
});

it('books sales and returns once, with the running balance, and frees what came back', async () => {
  const { productId, sku } = await ledger.stocked(100);
  const buckets = await ledger.open(productId, 50, { buckets: 2 });
  const [one, two] = buckets.map(sellerOf);
  const entries = stream(
    [one!.sell('sale-1', 3), two!.sell('sale-2', 2)],
    [one!.giveBack('back-1', 5)],
  );
  const outcome = await ledger.settle(entries);
  expect(outcome).toMatchObject({ status: 'settled', sold: 2, returned: 1, alarms: [] });
  expect(await ledger.stock(productId)).toEqual({ onHand: 95, reserved: 40 });
  expect(await ledger.pools.lookup('sale-2')).toMatchObject({
    status: 'booked',
    posting: {
      kind: 'sale',
      strategy: 'lua',
      movements: [{ sku, quantity: -2, onHandBefore: 97, onHandAfter: 95, availableAfter: 50 }],
    },
  });
});
