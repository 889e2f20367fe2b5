import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { OrderFilter } from '../../../src/ports/pool-books.ts';
import { violations } from '../../support/ledger-proof.ts';
import { createStream, sellerOf, testNote } from '../../support/pool-events.ts';
import type { Seller } from '../../support/pool-events.ts';
import { createPoolLedger, done, writeAs } from '../../support/pool-ledger.ts';
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

async function pool(units: number) {
  const { productId, sku } = await ledger.stocked(units);
  const [bucket] = await ledger.open(productId, units);
  if (bucket === undefined) throw new Error('a pool has a bucket');
  return { productId, sku, bucket, seller: sellerOf(bucket) };
}

const stateOf = async (requestId: string) => (await ledger.pools.order(requestId))?.state;
const noteOf = (buyer: string) => ({ ...testNote, buyer, reference: `ref of ${buyer}` });

describe('an order', () => {
  it.each([
    [['held'], 'held'],
    [['held', 'cancelled'], 'cancelled'],
    [['held', 'expired', 'held'], 'expired'],
    [['cancelled', 'held'], 'cancelled'],
    [['held', 'sale'], 'settled'],
    [['sale', 'held'], 'settled'],
    [['sale', 'cancelled', 'expired'], 'settled'],
    [['expired', 'sale'], 'settled'],
  ] as const)('after %j is %s, in one batch or in many', async (events, state) => {
    const { seller } = await pool(10);
    const make = (kind: (typeof events)[number], id: string) =>
      kind === 'sale' ? seller.sell(id, 1) : seller.hold(kind, id, 1);
    const id = `state-${seller.bucketId}`;
    await ledger.settle(stream(events.map((kind) => make(kind, `${id}-one`))));
    for (const kind of events) await ledger.settle(stream([make(kind, `${id}-many`)]));
    expect([await stateOf(`${id}-one`), await stateOf(`${id}-many`)]).toEqual([state, state]);
  });

  it('is told with everything that was promised', async () => {
    const { seller, sku, bucket } = await pool(10);
    await ledger.settle(stream([seller.hold('held', 'told', 3, noteOf("o'Neill 红"))]));
    expect(await ledger.pools.order('told')).toEqual({
      requestId: 'told',
      state: 'held',
      sku,
      location: 'MAIN',
      quantity: 3,
      buyer: "o'Neill 红",
      poolId: bucket.poolId,
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      reference: "ref of o'Neill 红",
      deadline: '2026-01-31T08:01:00Z',
      createdAt: '2026-01-31T08:00:00Z',
      updatedAt: expect.stringMatching(/Z$/),
    });
    expect(await ledger.pools.order('Told')).toBeUndefined();
    expect(await ledger.pools.order('nobody')).toBeUndefined();
  });
});

describe('a list of orders', () => {
  const list = async (filter: Partial<OrderFilter>) => {
    const none = { sku: null, buyer: null, state: null, limit: 100 };
    return (await ledger.pools.orders({ ...none, ...filter })).map(({ requestId }) => requestId);
  };

  it('shows what passes the filter, the newest first', async () => {
    const [one, two] = [await pool(50), await pool(50)];
    const sell = (seller: Seller, id: string, buyer: string) =>
      seller.sell(id, 1, { note: noteOf(buyer) });
    await ledger.settle(
      stream([
        sell(one.seller, 'list-1', 'ann'),
        sell(two.seller, 'list-2', 'ann'),
        sell(one.seller, 'list-3', 'Ann'),
      ]),
    );
    await ledger.settle(
      stream([
        one.seller.hold('held', 'list-4', 1, noteOf('ann')),
        one.seller.hold('expired', 'list-5', 1, noteOf('ann ')),
      ]),
    );
    expect(await list({ sku: one.sku })).toEqual(['list-5', 'list-4', 'list-3', 'list-1']);
    expect(await list({ buyer: 'ann' })).toEqual(['list-4', 'list-2', 'list-1']);
    expect(await list({ buyer: 'ann', state: 'settled' })).toEqual(['list-2', 'list-1']);
    expect(await list({ sku: one.sku, buyer: 'ann', state: 'held' })).toEqual(['list-4']);
    expect(await list({ sku: one.sku, limit: 1 })).toEqual(['list-5']);
    expect(await list({ sku: 'NOTHING' })).toEqual([]);
    expect(await list({ buyer: "x' OR 1 = 1 -- " })).toEqual([]);
  });
});

describe('what buyers have had', () => {
  it('counts sales of the present sale of a bucket, over its rebuilds, and not of earlier ones', async () => {
    const { productId, bucket, seller } = await pool(100);
    const key = { productId, locationId: 1, fingerprint: 'd'.repeat(64) };
    const buyers = async () => (await ledger.pools.buyers(bucket.id)).toSorted();
    const buy = (by: Seller, id: string, buyer: string, quantity: number) =>
      by.sell(id, quantity, { note: noteOf(buyer) });
    await ledger.settle(
      stream([
        buy(seller, 'buyer-1', 'ann', 2),
        buy(seller, 'buyer-2', 'bob', 3),
        buy(seller, 'buyer-3', 'ann', 1),
        seller.hold('held', 'buyer-4', 9, noteOf('ann')),
        seller.sell('buyer-5', 1),
      ]),
    );
    expect(await buyers()).toEqual([
      ['ann', 3],
      ['bob', 3],
    ]);
    const generation = (await ledger.pools.beginRecovery(0))!;
    await ledger.pools.rebuild(0, generation, {
      lossy: true,
      reason: 'a test',
      lastGeneratedId: { ms: 1, seq: 0 },
      redisRun: null,
    });
    const rebuilt = sellerOf(await ledger.bucket(bucket.id));
    await ledger.settle(stream([buy(rebuilt, 'buyer-6', 'bob', 1)]));
    expect(await buyers()).toEqual([
      ['ann', 3],
      ['bob', 4],
    ]);
    done(await ledger.pools.beginClose(key, writeAs('buyers-close')));
    await ledger.settle(stream([rebuilt.giveBack('buyers-back', 92)]));
    expect(await ledger.pools.endClose(bucket.id)).toBe(true);
    await ledger.open(productId, 10);
    expect(await buyers()).toEqual([]);
  });
});
