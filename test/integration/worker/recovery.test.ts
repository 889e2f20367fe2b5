import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { outstanding } from '../../../src/domain/pool.ts';
import type { PoolDependencies } from '../../../src/services/pools/dependencies.ts';
import { convergeShard } from '../../../src/services/pools/converge-shard.ts';
import { recoverShard } from '../../../src/services/pools/recover-shard.ts';
import { reviveShard } from '../../../src/services/pools/revive-shard.ts';
import { settleShard } from '../../../src/services/pools/settle-shard.ts';
import { showPool } from '../../../src/services/pools/show-pool.ts';
import { createPoolHouse } from '../../support/pool-house.ts';
import type { PoolHouse } from '../../support/pool-house.ts';

let house: PoolHouse;
beforeEach(async () => {
  house = await createPoolHouse();
});
afterEach(() => house.close());

describe('keys that are gone', () => {
  it('one bucket: everything is settled and nothing is lost', async () => {
    const { pool } = await house.open(100);
    await house.sell('a', 5);
    await house.once();
    await house.sell('b', 3);
    await house.lose(`p:${pool.poolId}`);
    expect(await house.sell('c')).toMatchObject({ status: 'no_pool' });
    await house.once();
    expect(await house.booked()).toEqual({ a: -5, b: -3 });
    expect(await house.bucket()).toMatchObject({ epoch: 2, delegated: 92 });
    expect(await house.sell('c', 92)).toMatchObject({ status: 'sold', remaining: 0 });
    expect(house.lines.join('\n')).toContain('no sale was lost');
    await house.once();
    expect(await house.violations(100)).toEqual([]);
  });

  it('one bucket of which nothing was ever settled, with its events: a new epoch, not a new beginning', async () => {
    const { pool } = await house.open(100);
    await house.sell('a', 5);
    await house.lose(`p:${pool.poolId}`);
    await house.bench.redis.del(house.bench.key('ev'));
    expect(await convergeShard(house.deps, 0, { repair: true })).toMatchObject({
      status: 'recovery_due',
    });
    expect(await recoverShard(house.deps, 0)).toMatchObject({ status: 'rebuilt', lossy: false });
    expect(await house.bucket()).toMatchObject({ epoch: 2, delegated: 100 });
  });

  it('one bucket, by a coordinator that dies before it is loaded: whoever comes next hands it over', async () => {
    const { pool } = await house.open(100);
    await house.sell('a', 5);
    await house.once();
    await house.lose(`p:${pool.poolId}`);
    await house.deps.books.requestRecovery(0, 1);
    const dying = {
      ...house.deps,
      gate: { ...house.deps.gate, load: () => Promise.reject(new Error('killed')) },
    };
    await expect(recoverShard(dying, 0)).rejects.toThrow('killed');
    expect(await reviveShard(house.deps, 0)).toEqual({ status: 'adopted', buckets: [] });
    expect(await house.sell('b', 95)).toMatchObject({ status: 'sold', remaining: 0 });
    expect(await reviveShard(house.deps, 0)).toEqual({ status: 'not_due' });
    await house.once();
    expect(await house.violations(100)).toEqual([]);
  });

  it('all of them (FLUSHALL): fenced, then loaded anew, and what may be lost is counted', async () => {
    const { pool } = await house.open(100);
    await house.sell('a', 5);
    await house.once();
    await house.sell('lost', 3);
    await house.lose('*');
    expect(await house.sell('b')).toMatchObject({ status: 'fenced' });
    expect(await recoverShard(house.deps, 0)).toMatchObject({
      status: 'rebuilt',
      lossy: true,
      buckets: [{ bucketId: pool.poolId, delegated: 95, lostMax: 95, quarantined: 0 }],
    });
    expect(await recoverShard(house.deps, 0)).toEqual({ status: 'not_due' });
    expect(await house.sell('a', 5)).toMatchObject({ status: 'sold' });
    expect(await house.sell('b', 90)).toMatchObject({ status: 'sold', remaining: 0 });
    expect(await house.once()).toMatchObject({ settled: 1, duplicates: 1 });
    // The units of the request that was sold twice came back.
    expect(await house.booked()).toEqual({ a: -5, b: -90 });
    expect(await house.violations(100)).toEqual([]);
  });

  it('with a loss limit keep in reserve what lost sales may own', async () => {
    await house.close();
    house = await createPoolHouse({ lossLimit: 10 });
    const { pool } = await house.open(100);
    expect(await house.sell('a', 10)).toMatchObject({ status: 'sold' });
    expect(await house.sell('b', 1)).toMatchObject({ status: 'busy' });
    await house.once();
    expect(await house.sell('b', 8)).toMatchObject({ status: 'sold' });
    await house.lose('*');
    expect(await recoverShard(house.deps, 0)).toMatchObject({
      status: 'rebuilt',
      lossy: true,
      buckets: [{ delegated: 80, lostMax: 10, quarantined: 10 }],
    });
    const bucket = await house.bucket();
    expect({ ...bucket, left: outstanding(bucket) }).toMatchObject({ left: 80, quarantine: 10 });
    const shown = await showPool(house.deps, { product: pool.sku, location: 'MAIN' });
    expect(shown).toMatchObject({ avail: 80, quarantine: 10 });
    expect(await house.violations(100)).toEqual([]);
  });
});

describe('recovery', () => {
  it('by several coordinators at once ends open, once', async () => {
    await house.open(50);
    await house.sell('a', 5);
    await house.lose('meta');
    const outcomes = await Promise.all(
      Array.from({ length: 5 }, () => recoverShard(house.deps, 0)),
    );
    expect(outcomes.map(({ status }) => status).filter((status) => status === 'busy')).toEqual([]);
    expect(await recoverShard(house.deps, 0)).toEqual({ status: 'not_due' });
    expect(await house.sell('b', 45)).toMatchObject({ status: 'sold', remaining: 0 });
    await house.once();
    expect(await house.booked()).toEqual({ a: -5, b: -45 });
    expect(await house.violations(50)).toEqual([]);
  });

  it.each(['load', 'adopt'] as const)(
    'by a slow coordinator has no effect after another: %s',
    async (step) => {
      await house.open(50);
      await house.sell('a', 5);
      await house.lose('*');
      const { gate } = house.deps;
      const seen: string[] = [];
      // While this one sleeps before the step, another does all of it and the shop goes on.
      const overtake = async (name: string): Promise<void> => {
        if (name !== step || seen.length > 0) return;
        const noLocks = { ...house.deps.locks, take: () => Promise.resolve(null) };
        seen.push((await recoverShard({ ...house.deps, locks: noLocks }, 0)).status);
        expect(await house.sell('b', 20)).toMatchObject({ status: 'sold' });
      };
      const slow: PoolDependencies = {
        ...house.deps,
        gate: {
          ...gate,
          load: async (...given) => {
            await overtake('load');
            return gate.load(...given);
          },
          adopt: async (...given) => {
            await overtake('adopt');
            return gate.adopt(...given);
          },
        },
      };
      expect(await recoverShard(slow, 0)).toEqual({ status: 'not_due' });
      expect(seen).toEqual([step === 'load' ? 'rebuilt' : 'adopted']);
      expect(await house.sell('c', 30)).toMatchObject({ status: 'sold', remaining: 0 });
      await house.once();
      expect(await house.booked()).toEqual({ b: -20, c: -30 });
      expect(await house.violations(50)).toEqual([]);
    },
  );

  it('gives holds back and counts what buyers have had', async () => {
    await house.open(50, { perBuyer: 5 });
    await house.sell('a', 4, { buyer: 'ann' });
    await house.once();
    await house.hold('h', 5, Date.now() + 60_000, { buyer: 'bob' });
    await house.once();
    await house.lose('*');
    await house.once();
    expect(await house.sell('b', 2, { buyer: 'ann' })).toMatchObject({
      status: 'no',
      reason: 'limit',
    });
    expect(await house.sell('c', 1, { buyer: 'ann' })).toMatchObject({
      status: 'sold',
      remaining: 45,
    });
    expect(await house.deps.books.order('h')).toMatchObject({ state: 'cancelled' });
  });

  it('lets a batch that was read before have no effect', async () => {
    await house.open(50);
    await house.sell('a', 5);
    const { books } = house.deps;
    let isFirst = true;
    const paused = {
      ...house.deps,
      books: {
        ...books,
        settle: async (request: Parameters<typeof books.settle>[0]) => {
          if (isFirst) {
            isFirst = false;
            await house.lose('*');
            expect(await recoverShard(house.deps, 0)).toMatchObject({ status: 'rebuilt' });
            await house.sell('b', 7);
          }
          return books.settle(request);
        },
      },
    };
    expect(await settleShard(paused, 0)).toMatchObject({ status: 'overtaken' });
    await house.once();
    expect(await house.booked()).toEqual({ b: -7 });
    expect(await house.violations(50)).toEqual([]);
  });
});
