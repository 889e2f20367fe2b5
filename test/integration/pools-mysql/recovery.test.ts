import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { StreamId } from '../../../src/domain/pool.ts';
import type { PoolBooks } from '../../../src/ports/pool-books.ts';
import type { PoolLedger } from '../../support/pool-ledger.ts';
import { violations } from '../../support/ledger-proof.ts';
import { createStream, sellerOf } from '../../support/pool-events.ts';
import { createPoolLedger, done, writeAs } from '../../support/pool-ledger.ts';

const LIMIT = 5;

let ledger: PoolLedger;
const stream = createStream();
beforeAll(async () => {
  ledger = await createPoolLedger({ lossLimit: LIMIT });
});
afterAll(() => ledger.close());
afterEach(async () => {
  expect(await violations(ledger.books.database)).toEqual({});
});

const progress = async (shard = 0) =>
  (await ledger.pools.shard(shard, { includeClosed: false })).progress;

async function pool(units: number) {
  const { productId } = await ledger.stocked(units);
  const [bucket] = await ledger.open(productId, units);
  if (bucket === undefined) throw new Error('a pool has a bucket');
  return { productId, id: bucket.id, seller: sellerOf(bucket) };
}

describe('a shard that nothing happened on', () => {
  it('reads as a shard at its beginning', async () => {
    expect(await ledger.pools.shard(40, { includeClosed: true })).toEqual({
      progress: {
        shard: 40,
        generation: 0,
        version: 0,
        watermark: { ms: 0, seq: 0 },
        recoverRequest: null,
        state: 'ready',
        frozenReason: null,
        lossLimit: null,
        redisRun: null,
      },
      buckets: [],
    });
  });

  it('is made by whatever comes first, also by twenty at once', async () => {
    const generations = await Promise.all(
      Array.from({ length: 20 }, () => ledger.pools.beginRecovery(41)),
    );
    expect(generations.toSorted((a, b) => a! - b!)).toEqual(
      Array.from({ length: 20 }, (_, at) => at + 1),
    );
    await ledger.pools.freeze(42, 'before anything');
    expect(await progress(42)).toMatchObject({ state: 'frozen', frozenReason: 'before anything' });
    expect(await ledger.pools.heartbeat(43, 0)).toMatchObject({ version: 1 });
  });
});

describe('a recovery', () => {
  it('overtakes every batch that was read before it', async () => {
    const { seller } = await pool(10);
    const before = await progress();
    const entries = stream([seller.sell('begin-1', 1)]);
    const generation = await ledger.pools.beginRecovery(0);
    expect(generation).toBe(before.generation + 1);
    expect(await progress()).toMatchObject({ generation, version: before.version + 1 });
    expect(await ledger.settle(entries, { version: before.version })).toEqual({
      status: 'overtaken',
    });
    expect(await ledger.settle(entries)).toMatchObject({ status: 'settled', sold: 1 });
  });

  it('is refused on a frozen shard, step by step', async () => {
    const generation = await ledger.pools.beginRecovery(50);
    await ledger.pools.freeze(50, 'look');
    const { pools } = ledger;
    expect(await pools.beginRecovery(50)).toBeNull();
    const id = { ms: 0, seq: 0 };
    expect(await pools.adoptPosition(50, generation!, adoption(id))).toBe(false);
    expect(
      await pools.rebuild(50, generation!, {
        lossy: true,
        reason: 'a test',
        lastGeneratedId: id,
        redisRun: null,
      }),
    ).toBeNull();
    expect(await pools.heartbeat(50, (await progress(50)).version)).toBeNull();
  });

  it('of a generation that has moved on does nothing', async () => {
    const generation = (await ledger.pools.beginRecovery(0))!;
    const before = await progress();
    const id = { ms: 0, seq: 0 };
    expect(await ledger.pools.adoptPosition(0, generation - 1, adoption(id))).toBe(false);
    const options = { lossy: true, reason: 'a test', lastGeneratedId: id, redisRun: null };
    expect(await ledger.pools.rebuild(0, generation - 1, options)).toBeNull();
    expect(await progress()).toEqual(before);
  });

  it('is wanted until a later generation has begun', async () => {
    const { generation } = await progress();
    await ledger.pools.requestRecovery(0, generation);
    await ledger.pools.requestRecovery(0, generation - 1);
    expect(await progress()).toMatchObject({ generation, recoverRequest: generation });
    await ledger.pools.beginRecovery(0);
    expect(await progress()).toMatchObject({
      generation: generation + 1,
      recoverRequest: generation,
    });
  });

  it('takes the position of what Redis generated last, below and above', async () => {
    const { seller } = await pool(10);
    const [entry] = stream([seller.sell('water-1', 1)]);
    await ledger.settle([{ ...entry!, id: { ms: 5000, seq: 7 } }]);
    const generation = (await ledger.pools.beginRecovery(0))!;
    const { version } = await progress();
    for (const id of [
      { ms: 5000, seq: 8 },
      { ms: 6000, seq: 0 },
      { ms: 5000, seq: 7 },
      { ms: 5000, seq: 6 },
      { ms: 4000, seq: 9 },
    ]) {
      expect(await ledger.pools.adoptPosition(0, generation, adoption(id))).toBe(true);
      expect((await progress()).watermark).toEqual(id);
    }
    expect((await progress()).version).toBe(version + 5);
  });
});

describe('rebuilding', () => {
  it('gives every live bucket a new epoch of what is outstanding, and sets aside what may be lost', async () => {
    const [small, large, closing] = [await pool(3), await pool(100), await pool(20)];
    await ledger.settle(
      stream([
        small.seller.sell('rebuild-1', 1),
        large.seller.sell('rebuild-2', 10),
        large.seller.giveBack('rebuild-back', 5),
        large.seller.hold('held', 'rebuild-held', 2),
      ]),
    );
    const key = { locationId: 1, fingerprint: 'e'.repeat(64) };
    const { productId } = closing;
    done(await ledger.pools.beginClose({ productId, ...key }, writeAs('rebuild-close')));
    const generation = (await ledger.pools.beginRecovery(0))!;
    const lastGeneratedId = { ms: 9, seq: 9 };
    const buckets = await ledger.pools.rebuild(0, generation, {
      lossy: true,
      reason: 'a test',
      lastGeneratedId,
      redisRun: null,
    });
    const of = (id: number) => buckets?.find((bucket) => bucket.id === id);
    const fresh = {
      epoch: 2,
      saleEpoch: 1,
      grantVersion: 2,
      settledSeq: 0,
      settledCum: 0,
      sold: 0,
    };
    expect(of(small.id)).toMatchObject({ ...fresh, delegated: 0, quarantine: 2 });
    expect(of(large.id)).toMatchObject({ ...fresh, delegated: 80, quarantine: LIMIT, returned: 0 });
    expect(of(closing.id)).toMatchObject({ ...fresh, delegated: 15, state: 'closing' });
    expect((await progress()).watermark).toEqual(lastGeneratedId);
    expect(await ledger.stock(large.productId)).toEqual({ onHand: 90, reserved: 85 });
    // LOAD drops the holds of Redis, so nothing is held any more.
    expect(await ledger.pools.order('rebuild-held')).toMatchObject({ state: 'expired' });

    const again = (await ledger.pools.beginRecovery(0))!;
    const kept = await ledger.pools.rebuild(0, again, {
      lossy: false,
      reason: 'a test',
      lastGeneratedId,
      redisRun: null,
    });
    expect(kept?.find(({ id }) => id === large.id)).toMatchObject({
      epoch: 3,
      delegated: 80,
      quarantine: LIMIT,
    });
  });

  it('settles the new epoch from its first event on, and what the old one sold stays sold', async () => {
    const { productId, id, seller } = await pool(50);
    await ledger.settle(stream([seller.sell('epoch-old', 10)]));
    const generation = (await ledger.pools.beginRecovery(0))!;
    await ledger.pools.rebuild(0, generation, {
      lossy: false,
      reason: 'a test',
      lastGeneratedId: { ms: 1, seq: 0 },
      redisRun: null,
    });
    const next = sellerOf(await ledger.bucket(id));
    expect(await ledger.settle(stream([next.sell('epoch-new', 40)]))).toMatchObject({ sold: 1 });
    expect(await ledger.stock(productId)).toEqual({ onHand: 0, reserved: 0 });
    expect(await ledger.bucket(id)).toMatchObject({ epoch: 2, sold: 40, delegated: 40 });
  });
});

describe('the loss limit', () => {
  it('is smaller only when no live pool of the shard was promised a larger one', async () => {
    const { createPoolBooks } = await import('../../../src/adapters/mysql/pools/pool-books.ts');
    const { database } = ledger.books.database;
    const openWith = async (lossLimit: number | null) => {
      const { productId } = await ledger.stocked(1);
      const pools = createPoolBooks({ database, lossLimit });
      const request = {
        productId,
        locationId: 1,
        quantity: 1,
        buckets: 1,
        shards: 1,
        terms: { floor: 0, perBuyer: null, startsAtMs: null, endsAtMs: null },
        fingerprint: 'a'.repeat(64),
      };
      done(await pools.open(request, writeAs(`limit-${productId}`)));
      return (await progress()).lossLimit;
    };
    expect(await openWith(LIMIT - 1)).toBe(LIMIT);
    expect(await openWith(LIMIT + 1)).toBe(LIMIT + 1);
    expect(await openWith(null)).toBeNull();
    expect(await openWith(LIMIT)).toBe(LIMIT);
  });
});

it('a heartbeat writes a mark where nothing has moved, once', async () => {
  const { version } = await progress();
  const marks = await Promise.all(
    Array.from({ length: 5 }, () => ledger.pools.heartbeat(0, version)),
  );
  const written = marks.filter((mark) => mark !== null);
  expect(written).toEqual([
    { version: version + 1, token: expect.stringMatching(/^[0-9a-f]{32}$/) },
  ]);
  const [mark] = written;
  expect(
    await ledger.settle([], { ackVersion: version + 1, ackToken: mark?.token ?? null }),
  ).toMatchObject({ status: 'settled', version: version + 1, token: mark?.token });
});

function adoption(lastGeneratedId: StreamId): Parameters<PoolBooks['adoptPosition']>[2] {
  return { lastGeneratedId, redisRun: null, mayHaveLost: false };
}
