import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PoolGate } from '../../../src/ports/pool-gate.ts';
import { recoverShard } from '../../../src/services/pools/recover-shard.ts';
import { lostUnits } from '../../support/drills/lost-units.ts';
import { startOwnRedis } from '../../support/drills/own-redis.ts';
import type { OwnRedis } from '../../support/drills/own-redis.ts';
import { openStall } from '../../support/drills/stall.ts';
import type { Stall } from '../../support/drills/stall.ts';

/** Redis comes back without what it had: what recovery says of the loss, to the unit. */

let redis: OwnRedis;
let stall: Stall;
beforeEach(async () => {
  redis = await startOwnRedis();
  stall = await openStall({ redisSocket: redis.socketPath });
  await stall.addProduct('P', 100);
  await stall.shop.open('P', 100);
});
afterEach(async () => {
  await stall.close();
  await redis.close();
});

async function sell(name: string, orders: number): Promise<void> {
  const traffic = stall.traffic({ sku: 'P', name, writers: 2, requestsMax: orders / 2 });
  await traffic.done();
}

async function comeBackEmpty(): Promise<void> {
  await redis.kill();
  redis.replaceFiles();
  await redis.start();
}

describe.each([
  ['started again empty', comeBackEmpty],
  ['emptied by FLUSHALL', () => redis.ask('FLUSHALL')],
] as const)('Redis %s', (_name, fault) => {
  it.each([
    ['nothing was settled', false],
    ['a part was settled', true],
  ])('when %s: a new epoch, and the loss has a bound that holds', async (_when, isSettled) => {
    await sell('before', 10);
    if (isSettled) await stall.settle();
    await sell('after', 10);
    await fault();
    const outcome = await recoverShard(stall.shop.pools, 0);
    expect(outcome).toMatchObject({ status: 'rebuilt', lossy: true });
    const told = outcome.status === 'rebuilt' ? (outcome.buckets[0]?.lostMax ?? 0) : 0;
    const lost = await lostUnits(stall);
    expect(lost).toBeGreaterThan(0);
    expect(told).toBeGreaterThanOrEqual(lost);
    await sell('again', 10);
    await stall.prove({ lostUnitsMax: lost, supplied: new Map([['P', 100]]) });
  });
});

it('Redis started again from a file older than what is settled: a new epoch, only that is lost', async () => {
  await sell('before', 10);
  const copy = redis.copyFiles();
  await sell('settled', 10);
  await stall.settle();
  await sell('lost', 10);
  await redis.kill();
  redis.replaceFiles(copy);
  await redis.start();
  const outcome = await recoverShard(stall.shop.pools, 0);
  expect(outcome).toMatchObject({ status: 'rebuilt', lossy: true });
  const told = outcome.status === 'rebuilt' ? (outcome.buckets[0]?.lostMax ?? 0) : 0;
  const lost = await lostUnits(stall);
  expect(told).toBeGreaterThanOrEqual(lost);
  await stall.prove({ lostUnitsMax: lost, supplied: new Map([['P', 100]]) });
});

it.each([
  ['the last second, as everysec may', ['--appendfsync', 'everysec']],
  ['what came after a snapshot', ['--appendonly', 'no']],
] as const)(
  'Redis started again, which may have lost %s: it is adopted, and that is told once',
  async (_what, extraArguments) => {
    await redis.kill();
    await redis.start(extraArguments);
    await recoverShard(stall.shop.pools, 0);
    await sell('before', 20);
    await stall.settle();
    await redis.ask('SAVE');
    await redis.kill();
    await redis.start();
    const outcome = await recoverShard(stall.shop.pools, 0);
    const { buckets } = await stall.shop.pools.books.shard(0, { includeClosed: false });
    const outstanding = buckets.map(({ delegated, settledCum }) => delegated - settledCum);
    expect(outcome).toMatchObject({
      status: 'adopted',
      buckets: [{ sku: 'P', lostMax: outstanding[0], quarantined: 0 }],
    });
    const loss = await stall.shop.pools.books.loss(0);
    expect(loss?.units).toBeGreaterThanOrEqual(outstanding[0] ?? 0);
    // The functions are loaded again, by an upgrade: this is the same Redis.
    await redis.ask('FUNCTION', 'FLUSH');
    expect(await recoverShard(stall.shop.pools, 0)).toEqual({ status: 'adopted', buckets: [] });
    expect(await stall.shop.pools.books.loss(0)).toEqual(loss);
    await sell('again', 10);
    await stall.prove({ supplied: new Map([['P', 100]]) });
  },
);

it('an adoption that is overtaken has told nobody: the next one tells, and it is kept once', async () => {
  await sell('before', 20);
  await redis.kill();
  await redis.start(['--appendfsync', 'everysec']);
  const { pools } = stall.shop;
  let adoptions = 0;
  const adopt: PoolGate['adopt'] = (...given) => {
    adoptions += 1;
    return adoptions === 1 ? Promise.resolve('refused') : pools.gate.adopt(...given);
  };
  const outcome = await recoverShard({ ...pools, gate: { ...pools.gate, adopt } }, 0);
  const { buckets } = await pools.books.shard(0, { includeClosed: false });
  const outstanding = buckets.reduce(
    (sum, bucket) => sum + bucket.delegated - bucket.settledCum,
    0,
  );
  expect(outcome).toMatchObject({ status: 'adopted', buckets: [{ lostMax: outstanding }] });
  expect([adoptions, await pools.books.loss(0)]).toMatchObject([2, { units: outstanding }]);
  await stall.prove({ supplied: new Map([['P', 100]]) });
});

it('Redis started again with all it had: adopted in the same epoch, nothing is lost', async () => {
  await sell('before', 20);
  await redis.kill();
  await redis.start();
  expect(await recoverShard(stall.shop.pools, 0)).toEqual({ status: 'adopted', buckets: [] });
  expect(await lostUnits(stall)).toBe(0);
  await sell('again', 10);
  await stall.prove({ supplied: new Map([['P', 100]]) });
});
