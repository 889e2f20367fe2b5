import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { confirmOrder } from '../../../src/services/orders/confirm-order.ts';
import { onlyBucket } from '../../support/drills/gate-reader.ts';
import { countPromises } from '../../support/drills/history.ts';
import { startOwnMysql } from '../../support/drills/own-mysql.ts';
import type { OwnMysql } from '../../support/drills/own-mysql.ts';
import { startOwnRedis } from '../../support/drills/own-redis.ts';
import type { OwnRedis } from '../../support/drills/own-redis.ts';
import { openShiftedClock } from '../../support/drills/shifted-clock.ts';
import type { ShiftedClock } from '../../support/drills/shifted-clock.ts';
import { asAnswer } from '../../support/drills/shop.ts';
import { openStall } from '../../support/drills/stall.ts';
import type { Stall } from '../../support/drills/stall.ts';
import { temporaryFolder } from '../../support/servers.ts';

/** The clock of a server jumps while it sells: somebody set it, or its source was wrong. */

const DAY_S = 86_400;
const HOUR_S = 3_600;
const JUMPS = [
  ['a day ahead', DAY_S],
  ['a day back', -DAY_S],
] as const;
const [clock, clockOfMysql] = ['redis', 'mysql'].map((kind) =>
  openShiftedClock(temporaryFolder(`clock-${kind}`)),
);

let stall: Stall;
afterEach(() => stall.close());

/** The clock goes there, home and there again, while buyers and a worker are at work. */
async function sellWhileItJumps(
  {
    moved,
    nowS,
  }: { readonly moved: ShiftedClock | undefined; readonly nowS: () => Promise<number> },
  by: number,
): Promise<void> {
  await stall.addProduct('P', 3_000);
  await stall.shop.open('P', 3_000);
  const worker = await stall.another();
  const working = stall.background(async (signal) => {
    while (!signal.aborted) await worker.work();
  });
  const traffic = stall.traffic({ sku: 'P', duplicates: 0.3 });
  await traffic.reached(100, 'accepted');
  for (const shift of [by, 0, by]) {
    moved?.shift(shift);
    expect(Math.abs((await nowS()) - Date.now() / 1_000 - shift)).toBeLessThan(HOUR_S);
    const { accepted = 0 } = countPromises(stall.history);
    await traffic.reached(accepted + 100, 'accepted');
  }
  await traffic.stop();
  await working.stop();
  await stall.prove({ supplied: new Map([['P', 3_000]]) });
}

describe.skipIf(clock === undefined)('the clock of Redis jumps (needs a C compiler)', () => {
  let redis: OwnRedis;
  beforeAll(async () => {
    redis = await startOwnRedis({ wrapper: clock?.wrapper ?? [] });
  });
  afterAll(() => redis.close());
  beforeEach(async () => {
    clock?.shift(0);
    stall = await openStall({ redisSocket: redis.socketPath });
  });

  it.each(JUMPS)('%s and home again, under traffic: nothing is sold twice', (_which, by) =>
    sellWhileItJumps({ moved: clock, nowS: async () => Number((await time())[0]) }, by),
  );

  it('a day back: a hold is kept, longer than asked for, and confirmed once', async () => {
    await held();
    clock?.shift(-DAY_S);
    expect(await stall.shop.work()).toMatchObject({ expiredHolds: 0 });
    expect(await onlyBucket(stall)).toMatchObject({ held: 5, avail: 15 });
    expect(await confirm()).toBe('accepted');
    await stall.prove({ supplied: new Map([['P', 20]]) });
  });

  it('a day ahead: a hold is over for everybody, and its units are there once', async () => {
    await held();
    clock?.shift(DAY_S);
    expect(await confirm()).toBe('refused');
    await stall.shop.work();
    expect(await onlyBucket(stall)).toMatchObject({ held: 0, avail: 20 });
    clock?.shift(0);
    expect(await confirm()).toBe('refused');
    await stall.prove({ supplied: new Map([['P', 20]]) });
  });

  async function time(): Promise<readonly unknown[]> {
    const answer: unknown = await redis.ask('TIME');
    return Array.isArray(answer) ? (answer as readonly unknown[]) : [];
  }

  async function held(): Promise<void> {
    await stall.addProduct('P', 20);
    await stall.shop.open('P', 20);
    const order = { requestId: 'h', sku: 'P', quantity: 5 };
    expect(await stall.shop.place(order, { holdMs: HOUR_S * 1_000 })).toMatchObject({
      promised: 'accepted',
    });
  }

  async function confirm(): Promise<string> {
    const given = { requestId: 'h' };
    const { promised } = await asAnswer(() =>
      confirmOrder(stall.shop.orders, given, { dryRun: false }),
    );
    return promised;
  }
});

describe.skipIf(clockOfMysql === undefined)('the clock of MySQL jumps (needs a C compiler)', () => {
  let mysql: OwnMysql;
  beforeAll(async () => {
    mysql = await startOwnMysql({ wrapper: clockOfMysql?.wrapper ?? [] });
  });
  afterAll(() => mysql.kill());
  beforeEach(async () => {
    clockOfMysql?.shift(0);
    stall = await openStall({ mysqlSocket: mysql.socketPath });
  });

  it.each(JUMPS)('%s and home again, under traffic: nothing is sold twice', (_which, by) =>
    sellWhileItJumps({ moved: clockOfMysql, nowS: unixTime }, by),
  );

  async function unixTime(): Promise<number> {
    const [row] = await stall.database.sql('SELECT UNIX_TIMESTAMP() AS now');
    return Number(row?.['now']);
  }
});
