import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { violations } from '../../support/ledger-proof.ts';
import { createPoolLedger, done, writeAs } from '../../support/pool-ledger.ts';
import type { PoolLedger } from '../../support/pool-ledger.ts';

const LIMIT = 5;

let ledger: PoolLedger;
beforeAll(async () => {
  ledger = await createPoolLedger({ lossLimit: LIMIT });
});
afterAll(() => ledger.close());
afterEach(async () => {
  expect(await violations(ledger.books.database)).toEqual({});
});

/** A pool whose Redis has lost data: five of its units are in quarantine. */
async function rebuilt(units: number) {
  const { productId } = await ledger.stocked(units);
  const [bucket] = await ledger.open(productId, units);
  if (bucket === undefined) throw new Error('a pool has a bucket');
  const generation = (await ledger.pools.beginRecovery(0)) ?? 0;
  await ledger.pools.rebuild(0, generation, {
    lossy: true,
    reason: 'a test',
    lastGeneratedId: { ms: 0, seq: 0 },
    redisRun: null,
  });
  return { id: bucket.id, productId };
}

const request = (productId: number, quantity: number) => ({
  productId,
  locationId: 1,
  quantity,
  fingerprint: String(quantity).repeat(64).slice(0, 64),
});

it('units of the quarantine are available again, once for each request id', async () => {
  const { id, productId } = await rebuilt(20);
  expect(await ledger.bucket(id)).toMatchObject({ quarantine: 5, delegated: 15 });
  const release = (quantity: number, requestId: string, dryRun = false) =>
    ledger.pools.release(request(productId, quantity), writeAs(requestId, { dryRun }));
  expect(await release(6, 'too-many')).toEqual({ status: 'not_quarantined', quarantine: 5 });
  expect(await release(3, 'tried', true)).toMatchObject({ status: 'done' });
  expect(await ledger.stock(productId)).toEqual({ onHand: 20, reserved: 20 });
  expect(await release(3, 'r-1')).toMatchObject({ status: 'done', replayed: false });
  expect(await release(3, 'r-1')).toMatchObject({ status: 'done', replayed: true });
  expect(await release(2, 'r-1')).toEqual({ status: 'conflict' });
  expect(await ledger.bucket(id)).toMatchObject({ quarantine: 2, delegated: 15 });
  expect(await ledger.stock(productId)).toEqual({ onHand: 20, reserved: 17 });
});

it('twenty who release the last units at once release them once', async () => {
  const { id, productId } = await rebuilt(10);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      ledger.pools.release(request(productId, 5), writeAs(`all-${String(at)}`)),
    ),
  );
  expect(answers.filter(({ status }) => status === 'done')).toHaveLength(1);
  expect((await ledger.bucket(id)).quarantine).toBe(0);
  expect(await ledger.stock(productId)).toEqual({ onHand: 10, reserved: 5 });
});

it('who did what, and why, is kept, the newest first', async () => {
  const { id, productId } = await rebuilt(10);
  done(await ledger.pools.release(request(productId, 1), writeAs('why-1', { reason: 'claimed' })));
  const operations = await ledger.pools.operations({ poolId: id, limit: 5 });
  expect(operations).toMatchObject([
    { requestId: 'why-1', kind: 'release', quantity: 1, reason: 'claimed' },
    { kind: 'rebuild', quantity: 5, reason: 'a test', actor: 'inv' },
    { kind: 'open', quantity: 10, reason: null },
  ]);
  expect(await ledger.pools.operations({ poolId: id, limit: 1 })).toHaveLength(1);
  const loss = await ledger.pools.loss(0);
  expect(loss?.units).toBeGreaterThanOrEqual(5);
  expect(await ledger.pools.loss(77)).toBeNull();
});
