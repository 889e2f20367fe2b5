import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checksumOfRows, violations } from '../../support/ledger-proof.ts';
import { createStream, saleFingerprint, sellerOf, testNote } from '../../support/pool-events.ts';
import { createPoolLedger } from '../../support/pool-ledger.ts';
import type { PoolLedger } from '../../support/pool-ledger.ts';
import { createStrategy } from '../../support/strategies.ts';

let ledger: PoolLedger;
const stream = createStream();
beforeAll(async () => {
  ledger = await createPoolLedger();
});
afterAll(() => ledger.close());
afterEach(async () => {
  expect(await violations(ledger.books.database)).toEqual({});
});

/** A pool of one bucket, all of what is on hand, and the Redis of it. */
async function pool(units: number, onHand = units) {
  const { productId, sku } = await ledger.stocked(onHand);
  const [bucket] = await ledger.open(productId, units);
  if (bucket === undefined) throw new Error('a pool has a bucket');
  return { productId, sku, bucket, seller: sellerOf(bucket) };
}

const changed = async (act: () => Promise<unknown>): Promise<boolean> => {
  const before = await checksumOfRows(ledger.books.database);
  await act();
  return (await checksumOfRows(ledger.books.database)) !== before;
};

describe('settling', () => {
  it('does nothing from a position that has moved', async () => {
    const { seller } = await pool(10);
    const entries = stream([seller.sell('cas-1', 1)]);
    const { progress } = await ledger.pools.shard(0, { includeClosed: false });
    expect(await ledger.settle(entries)).toMatchObject({ status: 'settled', sold: 1 });
    const late = async () => {
      const outcome = await ledger.settle(entries, { version: progress.version });
      expect(outcome).toEqual({ status: 'overtaken' });
    };
    expect(await changed(late)).toBe(false);
  });

  it('by two at the same time settles a batch once', async () => {
    const { productId, seller } = await pool(100);
    for (let round = 0; round < 5; round += 1) {
      const entries = stream(
        Array.from({ length: 10 }, (_, at) => seller.sell(`two-${round}-${at}`, 1)),
      );
      const { version } = (await ledger.pools.shard(0, { includeClosed: false })).progress;
      const outcomes = await Promise.all([
        ledger.settle(entries, { version }),
        ledger.settle(entries, { version }),
      ]);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['overtaken', 'settled']);
    }
    expect(await ledger.stock(productId)).toEqual({ onHand: 50, reserved: 50 });
  });

  it('books sales and returns once, with the running balance, and frees what came back', async () => {
    const { productId, sku } = await ledger.stocked(100);
    const buckets = await ledger.open(productId, 50, { buckets: 2 });
    const [one, two] = buckets.map(sellerOf);
    const entries = stream(
      [one!.sell('sale-1', 3), two!.sell('sale-2', 2)],
      [one!.giveBack('back-1', 5)],
    );
    const outcome = await ledger.settle(entries);
    expect(outcome).toMatchObject({
      status: 'settled',
      watermark: entries[1]!.id,
      sold: 2,
      returned: 1,
      duplicates: 0,
      parked: 0,
      alarms: [],
      buckets: [
        { bucketId: one!.bucketId, epoch: 1, settledCum: 8 },
        { bucketId: two!.bucketId, epoch: 1, settledCum: 2 },
      ],
    });
    expect(await ledger.stock(productId)).toEqual({ onHand: 95, reserved: 40 });
    expect(await ledger.pools.lookup('sale-2')).toMatchObject({
      status: 'booked',
      fingerprint: saleFingerprint(2),
      posting: {
        requestId: 'sale-2',
        kind: 'sale',
        strategy: 'lua',
        movements: [{ sku, quantity: -2, onHandBefore: 97, onHandAfter: 95, availableAfter: 50 }],
      },
    });
    const { progress } = await ledger.pools.shard(0, { includeClosed: false });
    expect(progress.watermark).toEqual(entries[1]!.id);
  });

  it('writes who, from where, why and when, as the note says, cut where the books end', async () => {
    const { seller } = await pool(10);
    const origin = { actor: 'ä'.repeat(150), host: 'h'.repeat(300), source: 's'.repeat(40) };
    const note = {
      ...testNote,
      kind: 'out',
      origin,
      reason: "it's".repeat(90),
      reference: '红'.repeat(250),
      buyer: 'b',
      occurredAt: '2026-01-30T07:00:00.5Z',
    } as const;
    const wrong = { ...note, occurredAt: 'yesterday' };
    await ledger.settle(
      stream([seller.sell('note-1', 1, { note }), seller.sell('note-2', 1, { note: wrong })]),
    );
    const rows = await ledger.books.database.sql(
      `SELECT kind, strategy, actor, host, source, reason, reference, occurred_at FROM postings
        WHERE request_id LIKE 'note-%' ORDER BY request_id`,
    );
    const same = {
      kind: 'out',
      strategy: 'lua',
      actor: 'ä'.repeat(100),
      host: 'h'.repeat(255),
      source: 's'.repeat(32),
      reason: "it's".repeat(50),
      reference: '红'.repeat(200),
    };
    expect(rows).toEqual([
      { ...same, occurred_at: '2026-01-30 07:00:00.500000' },
      { ...same, occurred_at: '2026-01-31 08:00:00.002000' },
    ]);
    // Goods that leave by `stock out` are no orders.
    expect(await ledger.pools.order('note-1')).toBeUndefined();
  });

  it('of nothing checks and writes nothing', async () => {
    await pool(10);
    const { progress } = await ledger.pools.shard(0, { includeClosed: false });
    let outcome: unknown;
    expect(await changed(async () => (outcome = await ledger.settle([])))).toBe(false);
    const { version, watermark } = progress;
    expect(outcome).toMatchObject({ status: 'settled', version, watermark, buckets: [] });
  });

  it('is the same whether the fallback of a request came before or after its event', async () => {
    const { productId, sku, seller } = await pool(10, 20);
    const strategy = createStrategy('conditional', ledger.books.database.database);
    const draft = {
      ...ledger.books.draft({ id: 'both-1', lines: [{ sku, quantity: -3 }] }),
      fingerprint: saleFingerprint(3),
    };
    const post = () => strategy.post([draft], { atomic: true, dryRun: false });
    expect((await post())[0]?.status).toBe('posted');
    const outcome = await ledger.settle(
      stream([seller.sell('both-1', 3), seller.sell('both-2', 1)]),
    );
    expect(outcome).toMatchObject({ status: 'settled', sold: 1, duplicates: 1, alarms: [] });
    // The units that Redis took are free again: sold once, 20 - 3 - 1.
    expect(await ledger.stock(productId)).toEqual({ onHand: 16, reserved: 6 });
    expect(await ledger.bucket(seller.bucketId)).toMatchObject({
      sold: 1,
      duplicates: 3,
      settledCum: 4,
    });
    const again = { ...draft, requestId: 'both-2', fingerprint: saleFingerprint(1) };
    expect((await strategy.post([again], { atomic: true, dryRun: false }))[0]?.status).toBe(
      'replayed',
    );
  });

  it('tells an id that was booked with other content apart, for a person', async () => {
    const { productId, sku, seller } = await pool(10, 20);
    const strategy = createStrategy('conditional', ledger.books.database.database);
    const draft = ledger.books.draft({ id: 'other-1', lines: [{ sku, quantity: -3 }] });
    await strategy.post([draft], { atomic: true, dryRun: false });
    const outcome = await ledger.settle(stream([seller.sell('other-1', 2)]));
    expect(outcome).toMatchObject({ status: 'settled', sold: 0, duplicates: 1, parked: 1 });
    const [parked] = (await ledger.pools.parked({ includeResolved: false, limit: 100 })).slice(-1);
    expect(parked).toMatchObject({ reason: expect.stringContaining('other-1'), attempts: 0 });
    expect(JSON.parse(parked?.payload ?? '')).toMatchObject({ requestId: 'other-1', quantity: 2 });
    expect(await ledger.stock(productId)).toEqual({ onHand: 17, reserved: 8 });
    expect(await ledger.pools.order('other-1')).toBeUndefined();
  });

  it('of one id twice in a batch sells once', async () => {
    const { productId, seller } = await pool(10);
    const entries = stream(
      [seller.sell('twin', 2)],
      [seller.sell('twin', 2), seller.sell('twin', 1)],
    );
    const outcome = await ledger.settle(entries);
    expect(outcome).toMatchObject({ status: 'settled', sold: 1, duplicates: 2, parked: 1 });
    expect(await ledger.stock(productId)).toEqual({ onHand: 8, reserved: 5 });
  });

  it('while others sell the same products by MySQL loses no unit', async () => {
    const { productId, sku, seller } = await pool(200, 400);
    const strategy = createStrategy('pessimistic', ledger.books.database.database);
    const settleAll = async () => {
      for (let round = 0; round < 20; round += 1) {
        const events = Array.from({ length: 10 }, (_, at) =>
          seller.sell(`mix-${round * 10 + at}`, 1),
        );
        expect(await ledger.settle(stream(events))).toMatchObject({ status: 'settled' });
      }
    };
    // Half of them are the very requests that Redis sells.
    const sellDirectly = async (writer: number) => {
      for (let at = 0; at < 50; at += 1) {
        const id = at % 2 === 0 ? `mix-${writer * 50 + at}` : `direct-${writer}-${at}`;
        const draft = {
          ...ledger.books.draft({ id, lines: [{ sku, quantity: -1 }] }),
          fingerprint: saleFingerprint(1),
        };
        const [outcome] = await strategy.post([draft], { atomic: true, dryRun: false });
        expect(['posted', 'replayed']).toContain(outcome?.status);
      }
    };
    await Promise.all([settleAll(), ...[0, 1, 2, 3].map(sellDirectly)]);
    // 200 requests of Redis and 100 of others, each sold once.
    const { onHand, reserved } = await ledger.stock(productId);
    expect([onHand, reserved]).toEqual([100, 0]);
  });
});

describe('a recorded NO', () => {
  it('gives way to a sale of Redis, and the id answers with the sale from then on', async () => {
    const { productId, seller, sku } = await pool(10);
    const { now } = await ledger.pools.lookup('no-1');
    const notAfter = `${Number(now.slice(0, 4)) + 1}${now.slice(4)}`;
    const generations = new Map<number, number>();
    const request = { fingerprint: saleFingerprint(2), quantity: 2, notAfter, generations };
    const origin = { actor: 'a', host: 'h', source: 's' };
    const write = { requestId: 'no-1', origin, dryRun: false };
    expect(await ledger.pools.recordVoid(request, write)).toMatchObject({ status: 'void' });
    const outcome = await ledger.settle(stream([seller.sell('no-1', 2), seller.sell('no-2', 1)]));
    expect(outcome).toMatchObject({ status: 'settled', sold: 2, duplicates: 0 });
    expect(await ledger.stock(productId)).toEqual({ onHand: 7, reserved: 7 });
    const booked = {
      status: 'booked',
      fingerprint: saleFingerprint(2),
      posting: { requestId: 'no-1', kind: 'sale', movements: [{ sku, quantity: -2 }] },
    };
    expect(await ledger.pools.lookup('no-1')).toMatchObject(booked);
    expect(await ledger.pools.recordVoid(request, write)).toMatchObject(booked);
    // A second event of it is a duplicate like any other.
    const twice = await ledger.settle(stream([seller.sell('no-1', 2)]));
    expect(twice).toMatchObject({ status: 'settled', sold: 0, duplicates: 1, parked: 0 });
    expect(await ledger.stock(productId)).toEqual({ onHand: 7, reserved: 5 });
  });
});
