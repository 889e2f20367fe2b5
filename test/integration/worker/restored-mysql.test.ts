import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { convergeShard } from '../../../src/services/pools/converge-shard.ts';
import { openPool } from '../../../src/services/pools/open-pool.ts';
import { recoverShard } from '../../../src/services/pools/recover-shard.ts';
import { topUpPool } from '../../../src/services/pools/top-up-pool.ts';
import { unfreezeShard } from '../../../src/services/pools/unfreeze-shard.ts';
import { runWorker } from '../../../src/worker/run-worker.ts';
import { testWrite } from '../../support/catalogue.ts';
import { copyRows } from '../../support/copy-database.ts';
import { createPoolHouse } from '../../support/pool-house.ts';
import type { PoolHouse } from '../../support/pool-house.ts';
import { noTerms } from '../../support/pool-ledger.ts';

// The shop of today, and a MySQL that an older copy of its books is restored into: both on one Redis.
let today: PoolHouse;
let restored: PoolHouse;
beforeEach(async () => {
  today = await createPoolHouse();
  restored = await createPoolHouse({ keyPrefix: today.bench.prefix });
});
afterEach(async () => {
  await restored.close();
  await today.close();
});

const backUp = (): Promise<void> =>
  copyRows(today.ledger.books.database, restored.ledger.books.database);

const state = async (): Promise<string> =>
  (await restored.deps.books.shard(0, { includeClosed: false })).progress.state;

async function expectFrozen(): Promise<void> {
  expect(await state()).toBe('frozen');
  expect(await today.sell('after')).toMatchObject({ status: 'fenced' });
}

describe('a MySQL restored from an older copy is frozen, and never repaired by itself', () => {
  it('at the next settlement', async () => {
    await today.open(100);
    await today.sell('a', 5);
    await today.once();
    await backUp();
    await today.sell('b', 3);
    await today.once();
    await today.sell('c', 2);
    await expect(restored.once()).rejects.toMatchObject({ code: 'PENDING' });
    await expectFrozen();
    expect(await restored.booked()).toEqual({ a: -5 });
    expect(await recoverShard(restored.deps, 0)).toMatchObject({ status: 'frozen' });
    await expect(restored.once()).rejects.toMatchObject({ code: 'PENDING' });
    expect(await restored.booked()).toEqual({ a: -5 });
    // The true books are back: they are in order, and the shard goes on where it was.
    await today.once();
    expect(await today.booked()).toEqual({ a: -5, b: -3, c: -2 });
    expect(await today.sell('after')).toMatchObject({ status: 'sold' });
  });

  it.each([
    [
      'a top-up',
      async (sku: string) => {
        await topUpPool(today.deps, { product: sku, location: 'MAIN', quantity: 10 }, testWrite());
      },
      'Redis has grant 2',
    ],
    [
      'a new pool',
      async () => {
        const { sku } = await today.ledger.stocked(10);
        await openPool(
          today.deps,
          { product: sku, location: 'MAIN', quantity: 10, buckets: 1, terms: noTerms },
          testWrite(),
        );
      },
      'the books have no such bucket',
    ],
    [
      'a recovery',
      async () => {
        await today.lose('meta');
        await today.once();
      },
      'Redis is at generation',
    ],
  ] as const)('when it has lost %s, also when nothing is sold', async (_what, change, reason) => {
    const { sku, productId } = await today.ledger.stocked(100);
    await today.ledger.open(productId, 50);
    await today.once();
    await backUp();
    await change(sku);
    expect(await convergeShard(restored.deps, 0, { repair: true })).toMatchObject({
      status: 'frozen',
      reason: expect.stringContaining(reason) as string,
      findings: [{ kind: 'restored' }],
    });
    await expectFrozen();
  });

  it('by a worker with nothing to do, within a few heartbeats', async () => {
    await today.open(100);
    await backUp();
    const stopping = new AbortController();
    const lines: string[] = [];
    // Both have settled the same number of times since, each on its own.
    for (const house of [today, restored]) {
      await house.deps.books.heartbeat(
        0,
        (await house.deps.books.shard(0, { includeClosed: false })).progress.version,
      );
    }
    await today.once();
    const working = runWorker(restored.deps, {
      pollMs: 10,
      heartbeatMs: 100,
      signal: stopping.signal,
      report: ({ text }) => lines.push(text),
    });
    await expect.poll(state, { timeout: 10_000 }).toBe('frozen');
    await expect.poll(() => lines.join('\n')).toContain('frozen until a person has looked');
    stopping.abort();
    await working;
    expect(lines.filter((text) => text.startsWith('frozen'))).toHaveLength(1);
    await expectFrozen();
  });
});

describe('a shard that a person lets go', () => {
  it('settles again what the stream still has', async () => {
    await today.open(100);
    await today.sell('a', 5);
    await today.once();
    await backUp();
    await today.sell('b', 3);
    await today.once();
    await today.sell('c', 2);
    await expect(restored.once()).rejects.toMatchObject({ code: 'PENDING' });
    expect(await unfreezeShard(restored.deps, 0)).toEqual({ status: 'adopted', buckets: [] });
    await restored.once();
    expect(await restored.booked()).toEqual({ a: -5, b: -3, c: -2 });
    expect(await restored.sell('d', 90)).toMatchObject({ status: 'sold', remaining: 0 });
    await restored.once();
    expect(await restored.violations(100)).toEqual([]);
    expect(await state()).toBe('ready');
  });

  it('parks what was sold in epochs that the books never came to', async () => {
    const { pool } = await today.open(100);
    await today.sell('a', 5);
    await today.once();
    await backUp();
    await today.sell('b', 3);
    await today.once();
    await today.lose(`p:${pool.poolId}`);
    await today.once();
    await today.sell('c', 2);
    await today.once();
    expect((await today.bucket()).epoch).toBe(2);
    await expect(restored.once()).rejects.toMatchObject({ code: 'PENDING' });
    expect(await unfreezeShard(restored.deps, 0)).toMatchObject({ status: 'rebuilt' });
    await restored.once();
    expect(await state()).toBe('ready');
    const { books } = restored.deps;
    const parked = await books.parked({ includeResolved: false, limit: 10 });
    const ofC = parked.filter(({ payload }) => payload.includes('"requestId":"c"'));
    expect(ofC).toHaveLength(1);
    expect(await books.lookup('c')).toMatchObject({ status: 'booked' });
    expect(await restored.booked()).toMatchObject({ a: -5 });
    expect(await restored.sell('d', 1)).toMatchObject({ status: 'sold' });
    await restored.once();
    expect(await restored.violations(100)).toEqual([]);
  });

  it('loses the pools and grants that the books never had', async () => {
    const { pool } = await today.open(100);
    await today.once();
    await backUp();
    const { sku } = await today.ledger.stocked(10);
    await openPool(
      today.deps,
      { product: sku, location: 'MAIN', quantity: 10, buckets: 1, terms: noTerms },
      testWrite(),
    );
    await expect(restored.once()).rejects.toMatchObject({ code: 'PENDING' });
    const { bucketId } = (await today.deps.gate.locate(sku, 'MAIN')).buckets[0] ?? { bucketId: 0 };
    expect(await unfreezeShard(restored.deps, 0)).toMatchObject({
      status: 'rebuilt',
      lossy: false,
    });
    expect(await today.sell('x', 1, { bucketId })).toMatchObject({ status: 'no_pool' });
    expect(await restored.sell('y', 100, { bucketId: pool.poolId })).toMatchObject({
      status: 'sold',
    });
    await restored.once();
    expect(await restored.violations(100)).toEqual([]);
  });
});
