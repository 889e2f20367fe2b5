import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closePool } from '../../../src/services/pools/close-pool.ts';
import { readGateBuckets } from '../../support/drills/gate-reader.ts';
import { byRequest, countPromises } from '../../support/drills/history.ts';
import { testWrite } from '../../support/drills/shop.ts';
import { openStall } from '../../support/drills/stall.ts';
import type { Stall } from '../../support/drills/stall.ts';

/** One hot product in five parts over two streams, sold by several processes' worth of connections. */

const SKU = 'HOT';
const UNITS = 150;

let stall: Stall;
beforeEach(async () => {
  stall = await openStall({ shards: 2 });
  await stall.addProduct(SKU, UNITS);
});
afterEach(() => stall.close());

interface Sale {
  readonly requests: number;
  readonly quantityMax: number;
}

/** Four callers at once, each with two customers. */
async function sell({ requests, quantityMax }: Sale): Promise<void> {
  const shops = [stall.shop, ...(await Promise.all([1, 2, 3].map(() => stall.another())))];
  const traffics = shops.map(({ place }, at) =>
    stall.traffic({
      ...{ sku: SKU, place, name: `c${String(at)}`, writers: 2, quantityMax },
      requestsMax: requests / 8,
    }),
  );
  for (const traffic of traffics) await traffic.done();
}

async function books(): Promise<{ onHand: number; reserved: number; shards: number }> {
  const [row] = await stall.database.sql(
    `SELECT s.on_hand, s.reserved, COUNT(DISTINCT p.shard) AS shards
       FROM stock s JOIN pools p ON p.product_id = s.product_id GROUP BY s.on_hand, s.reserved`,
  );
  return {
    onHand: Number(row?.['on_hand']),
    reserved: Number(row?.['reserved']),
    shards: Number(row?.['shards']),
  };
}

const close = () =>
  closePool(stall.shop.pools, { product: SKU, location: 'MAIN' }, testWrite(), {
    waitMs: 30_000,
  });

/** Units that the history has acknowledged. */
function acknowledged(): number {
  return [...byRequest(stall.history).values()].reduce((sum, asked) => {
    const sold = asked.find(({ promised }) => promised === 'accepted');
    return sum + (sold?.quantity ?? 0);
  }, 0);
}

describe('a pool of five buckets over two shards', () => {
  it('is sold to the last unit by parallel callers, none twice, and closes with nothing left', async () => {
    await stall.shop.open(SKU, UNITS, 5);
    expect(await books()).toEqual({ onHand: UNITS, reserved: UNITS, shards: 2 });
    await sell({ requests: 240, quantityMax: 1 });
    expect(countPromises(stall.history).refused).toBeGreaterThan(0);
    await stall.prove({ supplied: new Map([[SKU, UNITS]]), expectSoldOut: true });
    const { buckets } = await readGateBuckets(stall);
    expect(buckets.map(({ avail, cum, delegated }) => [avail, cum === delegated])).toEqual(
      Array.from({ length: 5 }, () => [0, true]),
    );
    expect(await close()).toMatchObject({ pool: { state: 'closed' }, unitsReturned: 0 });
    expect(await books()).toMatchObject({ onHand: 0, reserved: 0 });
    await stall.prove({ supplied: new Map([[SKU, UNITS]]) });
  });

  it('closed in the middle of the sale gives all back that nobody has', async () => {
    await stall.shop.open(SKU, UNITS, 5);
    const selling = sell({ requests: 160, quantityMax: 3 });
    await expect.poll(acknowledged, { interval: 5, timeout: 30_000 }).toBeGreaterThan(40);
    const closed = await close();
    await selling;
    await stall.settle();
    const sold = acknowledged();
    expect(closed).toMatchObject({ pool: { state: 'closed' }, unitsReturned: UNITS - sold });
    expect(await books()).toMatchObject({ onHand: UNITS - sold, reserved: 0 });
    await stall.prove({ supplied: new Map([[SKU, UNITS]]) });
  });
});
