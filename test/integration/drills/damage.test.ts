import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { convergeShard } from '../../../src/services/pools/converge-shard.ts';
import type { Convergence } from '../../../src/services/pools/converge-shard.ts';
import type { Background } from '../../support/drills/background.ts';
import { countPromises, longestMs } from '../../support/drills/history.ts';
import { onlyBucket, readGateBuckets } from '../../support/drills/gate-reader.ts';
import { askRedis, startOwnRedis } from '../../support/drills/own-redis.ts';
import type { OwnRedis } from '../../support/drills/own-redis.ts';
import { poolViolations } from '../../support/drills/pool-proof.ts';
import { isLong, seededRandom } from '../../support/drills/seed.ts';
import { openStall } from '../../support/drills/stall.ts';
import type { Stall } from '../../support/drills/stall.ts';

/** Somebody lays hands on Redis while it sells. */

let stall: Stall;
let closing: { close(): Promise<unknown> }[] = [];
beforeEach(async () => {
  stall = await openStall();
});
afterEach(async () => {
  for (const it of closing.toReversed()) await it.close();
  closing = [];
  await stall.close();
});

/** Two reconcilers that repair what they find, again and again. */
async function startConvergers(): Promise<Background<readonly Convergence[]>> {
  const shops = [await stall.another(), await stall.another()];
  return stall.background(async (signal) => {
    const seen = shops.map(async ({ pools }) => {
      const each: Convergence[] = [];
      while (!signal.aborted) {
        each.push(await convergeShard(pools, 0, { repair: true }));
        await sleep(5);
      }
      return each;
    });
    return (await Promise.all(seen)).flat();
  });
}

async function startWorker(): Promise<Background<void>> {
  const shop = await stall.another();
  return stall.background(async (signal) => {
    while (!signal.aborted) {
      await shop.work();
      await sleep(20);
    }
  });
}

describe('a counter changed by hand under traffic, two reconcilers', () => {
  it.each([
    ['avail', 3],
    ['avail', -3],
    ['held', 2],
    ['held', -2],
    ['cum', 5],
    ['cum', -5],
  ] as const)(
    '%s by %i: nothing is sold on it, repaired once, by the exact amount',
    async (field, by) => {
      await stall.addProduct('P', 2_000);
      await stall.shop.open('P', 2_000);
      const convergers = await startConvergers();
      const worker = await startWorker();
      const traffic = stall.traffic({ sku: 'P', writers: 4 });
      await traffic.reached(100, 'accepted');
      const { key } = await onlyBucket(stall);
      await askRedis(stall.redisSocket, 'HINCRBY', key, field, by);
      const { accepted = 0 } = countPromises(stall.history);
      await traffic.reached(accepted + 100, 'accepted');
      await traffic.stop();
      await worker.stop();
      const seen = (await convergers.stop()).flatMap(({ findings }) => findings);
      // The worker may have been the first to see it.
      expect(seen.filter(({ kind }) => kind !== 'identity')).toEqual([]);
      const [repair, ...others] = await audit();
      expect(others).toEqual([]);
      expect(repair).toMatchObject({ repaired: field === 'avail' ? String(-by) : '0' });
      if (field !== 'avail') {
        expect(Number(repair?.before[field]) - Number(repair?.after[field])).toBe(by);
      }
      await stall.prove({ supplied: new Map([['P', 2_000]]) });
    },
  );

  /** Repairs as Redis itself has written them down. */
  async function audit(): Promise<readonly Repair[]> {
    const keys = await askRedis(stall.redisSocket, 'KEYS', `${stall.keyPrefix}:*audit`);
    const lists = await Promise.all(
      (Array.isArray(keys) ? keys : []).map((key) =>
        askRedis(stall.redisSocket, 'LRANGE', String(key), 0, -1),
      ),
    );
    return lists.flat().map((text) => JSON.parse(String(text)) as Repair);
  }

  interface Repair {
    readonly before: Readonly<Record<string, string>>;
    readonly after: Readonly<Record<string, string>>;
    readonly repaired: string;
  }
});

it('without damage nothing is ever found, however hard it is looked', async () => {
  await stall.addProduct('P', 100_000);
  await stall.shop.open('P', 100_000);
  const convergers = await startConvergers();
  const worker = await startWorker();
  const traffic = stall.traffic({ sku: 'P' });
  await traffic.reached(isLong ? 50_000 : 1_500);
  for (let look = 0; look < 5; look += 1) {
    expect(await poolViolations(stall)).toEqual({});
  }
  await traffic.stop();
  await worker.stop();
  const seen = await convergers.stop();
  expect(seen.length).toBeGreaterThan(20);
  expect(seen.flatMap(({ findings }) => findings)).toEqual([]);
  await stall.prove({ supplied: new Map([['P', 100_000]]) });
});

describe('scripts and functions taken away under traffic', () => {
  it('SCRIPT FLUSH every 10 ms: no visible error', async () => {
    await stall.addProduct('P', 10_000);
    await stall.shop.open('P', 10_000);
    const flushing = everySoOften(10, 'SCRIPT', 'FLUSH');
    const traffic = stall.traffic({ sku: 'P', requestsMax: 100 });
    await traffic.done();
    expect(await flushing.stop()).toBeGreaterThan(3);
    expect(countPromises(stall.history)).toEqual({ accepted: 800 });
    await stall.prove({ supplied: new Map([['P', 10_000]]) });
  });

  it('FUNCTION FLUSH now and then: loaded again, adopted again, every request has its answer', async () => {
    const redis = await startOwnRedis({ extraArguments: ['--appendfsync', 'no'] });
    closing.push(redis);
    const own = await openStall({ redisSocket: redis.socketPath });
    closing.push(own);
    await own.addProduct('P', 10_000);
    await own.shop.open('P', 10_000);
    const traffic = own.traffic({ sku: 'P' });
    for (let flush = 1; flush <= 5; flush += 1) {
      const { accepted = 0 } = countPromises(own.history);
      await traffic.reached(accepted + 50, 'accepted');
      await redis.ask('FUNCTION', 'FLUSH');
    }
    const { accepted = 0 } = countPromises(own.history);
    await traffic.reached(accepted + 50, 'accepted');
    await traffic.stop();
    expect(countPromises(own.history).refused).toBeUndefined();
    expect(longestMs(own.history)).toBeLessThan(20_000);
    await own.prove({ supplied: new Map([['P', 10_000]]) });
  });
});

function everySoOften(
  milliseconds: number,
  command: string,
  ...values: string[]
): Background<number> {
  return stall.background(async (signal) => {
    let times = 0;
    while (!signal.aborted) {
      await askRedis(stall.redisSocket, command, ...values);
      times += 1;
      await sleep(milliseconds);
    }
    return times;
  });
}

describe('Redis out of memory', () => {
  let redis: OwnRedis;
  beforeEach(async () => {
    redis = await startOwnRedis();
    closing.push(redis);
  });

  it('under traffic: refused without a partial effect, and sold again when there is room', async () => {
    const own = await openStall({ redisSocket: redis.socketPath, budgetMs: 1_000 });
    closing.push(own);
    await own.addProduct('P', 10_000);
    await own.shop.open('P', 10_000);
    const traffic = own.traffic({ sku: 'P', duplicates: 0 });
    await traffic.reached(50, 'accepted');
    await redis.ask('CONFIG', 'SET', 'maxmemory', '1mb');
    const before = own.history.invocations.length;
    await traffic.reached(before + 16);
    const [bucket] = (await readGateBuckets(own)).buckets;
    const soldNow = bucket?.cum;
    expect(await poolViolations(own)).toEqual({});
    await redis.ask('CONFIG', 'SET', 'maxmemory', '0');
    const { accepted = 0 } = countPromises(own.history);
    await traffic.reached(accepted + 50, 'accepted');
    await traffic.stop();
    const { not_executed = 0, unknown = 0, broken = 0 } = countPromises(own.history);
    expect([not_executed + unknown > 0, broken]).toEqual([true, 0]);
    expect(soldNow).toBeGreaterThan(0);
    await own.prove({ supplied: new Map([['P', 10_000]]) });
  });
});

describe('the stream damaged by hand under traffic', () => {
  it('XDEL and XTRIM: the hole is detected, every unit is booked under its own id or as recovered', async () => {
    await stall.addProduct('P', 5_000);
    await stall.shop.open('P', 5_000);
    const random = seededRandom(12);
    const traffic = stall.traffic({ sku: 'P' });
    for (let blow = 1; blow <= 6; blow += 1) {
      const { accepted = 0 } = countPromises(stall.history);
      await traffic.reached(accepted + 60, 'accepted');
      const [stream = ''] = (await readGateBuckets(stall)).streams;
      if (random.chance(0.5)) {
        await askRedis(stall.redisSocket, 'XTRIM', stream, 'MAXLEN', random.between(0, 5));
      } else {
        const ids = await lastIds(stream, random.between(1, 10));
        if (ids.length > 0) await askRedis(stall.redisSocket, 'XDEL', stream, ...ids);
      }
      if (random.chance(0.5)) await stall.shop.work();
    }
    await traffic.stop();
    await stall.prove({ supplied: new Map([['P', 5_000]]) });
    expect(stall.shop.lines.join('\n')).toMatch(/missing|recovered|lost/i);
  });

  it('a poison entry is parked and visible; what stands around it is settled', async () => {
    await stall.addProduct('P', 1_000);
    await stall.shop.open('P', 1_000);
    const traffic = stall.traffic({ sku: 'P', writers: 2, requestsMax: 40 });
    await traffic.reached(20);
    const [stream = ''] = (await readGateBuckets(stall)).streams;
    await askRedis(stall.redisSocket, 'XADD', stream, '*', 'nonsense', 'S|what|ever\u001B[31m');
    await askRedis(stall.redisSocket, 'XADD', stream, '*', 'a', 'b', 'c', 'd');
    await traffic.done();
    await stall.prove({ supplied: new Map([['P', 1_000]]) });
    const parked = await stall.shop.pools.books.parked({ includeResolved: false, limit: 10 });
    expect(parked).toHaveLength(2);
  });

  async function lastIds(stream: string, count: number): Promise<string[]> {
    const entries = await askRedis(
      ...([stall.redisSocket, 'XREVRANGE', stream, '+', '-', 'COUNT', count] as const),
    );
    return (Array.isArray(entries) ? entries : []).map(([id]: [unknown]) => String(id));
  }
});
