import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertProducts } from '../support/catalogue-rows.ts';
import { startOwnRedis } from '../support/drills/own-redis.ts';
import type { OwnRedis } from '../support/drills/own-redis.ts';
import { createInstallation } from '../support/installation.ts';
import type { Installation } from '../support/installation.ts';
import { checksumOfRows } from '../support/ledger-proof.ts';

/** A Redis that throws keys away when its memory is full is no place for stock. */

let redis: OwnRedis;
let inv: Installation;
beforeAll(async () => {
  redis = await startOwnRedis({ extraArguments: ['--maxmemory-policy', 'allkeys-lru'] });
  inv = await createInstallation({ redisSocket: redis.socketPath });
  await insertProducts(inv.database, [{ sku: 'MUG' }]);
  await inv.json(['stock', 'in', 'MUG', '10']);
});
afterAll(async () => {
  await inv.close();
  await redis.close();
});

describe('with an evicting maxmemory-policy', () => {
  it.each([
    ['pool', 'open', 'MUG', '5'],
    ['worker', 'run', '--timeout', '20s'],
    ['worker', 'once'],
  ])('%s %s is refused at start, with the fix, and nothing is changed', async (...words) => {
    const before = await checksumOfRows(inv.database);
    const { exitCode, stdout, stderr } = await inv.run([...words, '--json']);
    expect([exitCode, stdout], stderr).toEqual([78, '']);
    expect(JSON.parse(stderr)).toMatchObject({
      error: {
        code: 'BAD_CONFIGURATION',
        message: expect.stringContaining('allkeys-lru') as string,
        hint: expect.stringContaining('CONFIG SET maxmemory-policy noeviction') as string,
      },
    });
    expect(await checksumOfRows(inv.database)).toBe(before);
    expect(await redis.ask('DBSIZE')).toBe(0);
  });

  it('the doctor fails it, with the same fix', async () => {
    const { exitCode, stdout } = await inv.run(['doctor', '--json']);
    const { checks } = JSON.parse(stdout) as { checks: { id: string }[] };
    expect(exitCode).not.toBe(0);
    expect(checks.find(({ id }) => id === 'redis.eviction')).toMatchObject({
      status: 'fail',
      hint: expect.stringContaining('CONFIG SET maxmemory-policy noeviction') as string,
    });
  });

  it('set right as it says, pools open and the worker works', async () => {
    await redis.ask('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    await inv.json(['pool', 'open', 'MUG', '5']);
    expect(await inv.json(['order', 'place', 'MUG', '5'])).toMatchObject({ remaining: 0 });
    expect(await inv.json(['worker', 'once'])).toMatchObject({ settled: 1 });
  });
});

it('a Redis that is away is no reason: the pool opens, and begins to sell later', async () => {
  await insertProducts(inv.database, [{ sku: 'CUP' }]);
  await inv.json(['stock', 'in', 'CUP', '3']);
  const env = { INV_REDIS_URL: 'redis+unix:/nowhere/redis.sock' };
  expect(await inv.json(['pool', 'open', 'CUP', '3'], { env })).toMatchObject({ state: 'open' });
});
