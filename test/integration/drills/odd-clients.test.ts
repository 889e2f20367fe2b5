import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cancelOrder } from '../../../src/services/orders/cancel-order.ts';
import { confirmOrder } from '../../../src/services/orders/confirm-order.ts';
import { onlyBucket } from '../../support/drills/gate-reader.ts';
import { countPromises } from '../../support/drills/history.ts';
import type { Order } from '../../support/drills/history.ts';
import { asAnswer } from '../../support/drills/shop.ts';
import { openStall } from '../../support/drills/stall.ts';
import type { Stall } from '../../support/drills/stall.ts';
import { openFaultProxy } from '../../support/fault-proxy.ts';
import type { FaultProxy } from '../../support/fault-proxy.ts';

/** One client of several sees the world otherwise: Redis is away for it alone, or its clock is wrong. */

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

let stall: Stall;
let proxy: FaultProxy;
beforeEach(async () => {
  stall = await openStall();
  proxy = await openFaultProxy(stall.redisSocket);
});
afterEach(async () => {
  await proxy.close();
  await stall.close();
});

describe('Redis unreachable for one client only, which falls back to MySQL', () => {
  const POOLED = 30;
  const OUTSIDE = 8;
  const UNITS = POOLED + OUTSIDE;
  const given = { isFallingBack: true, budgetMs: 3_000 };

  beforeEach(async () => {
    await stall.addProduct('P', UNITS);
    await stall.shop.open('P', POOLED);
  });

  it('from the start: it sells what is outside, the others the pool, and nothing is oversold', async () => {
    const alone = await stall.another({ ...given, redisSocket: '/nowhere/redis.sock' });
    const all = { sku: 'P', quantityMax: 1, duplicates: 0 };
    const traffics = [
      stall.traffic({ ...all, name: 'alone', writers: 4, requestsMax: 3, place: alone.place }),
      stall.traffic({ ...all, name: 'well', writers: 4, requestsMax: 10 }),
    ];
    for (const traffic of traffics) await traffic.done();
    // Twelve have asked for the eight outside, forty for the thirty of the pool.
    const { accepted = 0, unknown = 0, refused = 0 } = countPromises(stall.history);
    expect({ accepted, unknown, refused }).toEqual({ accepted: UNITS, unknown: 4, refused: 10 });
    await stall.prove({ supplied: new Map([['P', UNITS]]), expectSoldOut: true });
  });

  it('in the middle of the sale, with orders under way: each is sold once, and nothing is oversold', async () => {
    const cutOff = await stall.another({ ...given, redisSocket: proxy.socketPath });
    const all = { sku: 'P', quantityMax: 1 };
    const traffics = [
      stall.traffic({ ...all, name: 'cut', writers: 4, requestsMax: 8, place: cutOff.place }),
      stall.traffic({ ...all, name: 'well', writers: 4, requestsMax: 8 }),
    ];
    const [first] = traffics;
    await first?.reached(10, 'accepted');
    await proxy.close();
    for (const traffic of traffics) await traffic.done();
    await stall.prove({ supplied: new Map([['P', UNITS]]) });
  });
});

describe.each([
  ['a day ahead', DAY_MS],
  ['a day behind', -DAY_MS],
])('a client whose clock is %s', (_which, clockAheadMs) => {
  const UNITS = 20;
  const hold: Order = { requestId: 'h', sku: 'P', quantity: 5 };

  beforeEach(async () => {
    await stall.addProduct('P', UNITS);
    await stall.shop.open('P', UNITS);
  });

  it('holds for as long as it says, and neither it nor another gives back early', async () => {
    const wrong = await stall.another({ clockAheadMs });
    const answer = await stall.history.record(hold, (order) =>
      wrong.place(order, { holdMs: HOUR_MS }),
    );
    expect(answer.promised).toBe('accepted');
    const { deadline } = JSON.parse(answer.output) as { readonly deadline: string };
    const leftMs = Date.parse(deadline) - Date.now();
    expect(Math.abs(leftMs - HOUR_MS)).toBeLessThan(60_000);
    for (const shop of [wrong, stall.shop]) {
      expect(await shop.work()).toMatchObject({ expiredHolds: 0, lagEvents: 0 });
    }
    expect(await onlyBucket(stall)).toMatchObject({ held: 5, avail: UNITS - 5 });
    const confirmed = await asAnswer(() =>
      confirmOrder(wrong.orders, { requestId: 'h' }, { dryRun: false }),
    );
    expect(confirmed.promised).toBe('accepted');
    await stall.prove({ supplied: new Map([['P', UNITS]]) });
  });

  it('cancels and asks again as anybody: one answer, and the units are there once', async () => {
    const wrong = await stall.another({ clockAheadMs });
    await wrong.place(hold, { holdMs: HOUR_MS });
    const again = await stall.shop.place(hold, { holdMs: HOUR_MS });
    expect(JSON.parse(again.output)).toMatchObject({ state: 'held', replayed: true });
    await cancelOrder(wrong.orders, { requestId: 'h' }, { dryRun: false });
    expect(await onlyBucket(stall)).toMatchObject({ held: 0, avail: UNITS });
    expect(await stall.shop.place(hold, { holdMs: HOUR_MS })).toMatchObject({
      promised: 'refused',
    });
  });

  it('sells the same ids as others at the same moment once each, and settles them', async () => {
    const wrong = await stall.another({ clockAheadMs });
    const orders = Array.from({ length: 30 }, (_, at) => ({
      ...{ requestId: `o-${String(at)}`, sku: 'P', quantity: 1 },
    }));
    await Promise.all(
      orders.flatMap((order) =>
        [wrong, stall.shop].map(({ place }) => stall.history.record(order, place)),
      ),
    );
    await Promise.all([wrong.work(), stall.shop.work()]);
    await stall.prove({ supplied: new Map([['P', UNITS]]), expectSoldOut: true });
  });
});
