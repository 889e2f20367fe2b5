import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StreamEntry } from '../../../src/domain/pool.ts';
import { checksumOfRows, violations } from '../../support/ledger-proof.ts';
import { createStream, sellerOf } from '../../support/pool-events.ts';
import { createPoolLedger, writeAs } from '../../support/pool-ledger.ts';
import type { PoolLedger } from '../../support/pool-ledger.ts';
import { createStrategy } from '../../support/strategies.ts';

let ledger: PoolLedger;
let stream: ReturnType<typeof createStream>;
beforeAll(async () => {
  ledger = await createPoolLedger();
});
beforeEach(() => {
  stream = createStream();
});
afterAll(() => ledger.close());
afterEach(async () => {
  expect(await violations(ledger.books.database)).toEqual({});
});

async function pool(units: number, onHand = units) {
  const { productId, sku } = await ledger.stocked(onHand);
  const [bucket] = await ledger.open(productId, units);
  if (bucket === undefined) throw new Error('a pool has a bucket');
  return { productId, sku, id: bucket.id, bucket, seller: sellerOf(bucket) };
}

/** Settles nothing and changes nothing, and says why. */
async function refuses(entries: readonly StreamEntry[], outcome: unknown): Promise<void> {
  const before = await checksumOfRows(ledger.books.database);
  expect(await ledger.settle(entries)).toEqual(outcome);
  expect(await checksumOfRows(ledger.books.database)).toBe(before);
}

const frozenReason = async () =>
  (await ledger.pools.shard(0, { includeClosed: false })).progress.frozenReason;
const lastParked = async (count: number) =>
  (await ledger.pools.parked({ includeResolved: true, limit: 1000 })).slice(-count);

describe('events that Redis cannot have written in order', () => {
  it('below the settled position are refused: Redis went back', async () => {
    const { id, seller } = await pool(10);
    const first = seller.sell('regress-1', 1);
    await ledger.settle(stream([first]));
    const good = (await pool(5)).seller.sell('regress-good', 1);
    await refuses(stream([good], [{ ...first, requestId: 'regress-2' }]), {
      status: 'regress',
      bucketId: id,
    });
  });

  it('of an epoch that is over are passed over when they are booked, and parked when they were lost', async () => {
    const { productId, sku, id, seller } = await pool(10);
    const { pools, books } = ledger;
    const booked = seller.sell('over-booked', 1);
    await ledger.settle(stream([booked]));
    const lost = [seller.sell('over-lost', 2), seller.sell('over-refused', 3)];
    const [, refused] = lost;
    const held = seller.hold('held', 'over-held', 1);
    const generation = (await pools.beginRecovery(0)) ?? 0;
    await pools.rebuild(0, generation, {
      lossy: true,
      reason: 'a test',
      lastGeneratedId: { ms: 0, seq: 0 },
      redisRun: null,
    });
    await pools.recordVoid(
      {
        fingerprint: refused!.fingerprint,
        quantity: 3,
        notAfter: '2999-01-01T00:00:00.000000Z',
        generations: new Map([[0, generation]]),
      },
      writeAs('over-refused'),
    );
    const now = sellerOf(await ledger.bucket(id));
    const parkedBefore = (await pools.parked({ includeResolved: true, limit: 1000 })).length;
    const entries = stream([booked, ...lost, held], [seller.giveBack('over-back', 1)]);
    expect(await ledger.settle([...entries, ...stream([now.sell('over-now', 1)])])).toMatchObject({
      status: 'settled',
      sold: 1,
      parked: 1,
      alarms: [expect.stringContaining('2 units were sold in epoch 1, which a recovery has ended')],
    });
    expect(await ledger.bucket(id)).toMatchObject({ epoch: 2, settledSeq: 1, settledCum: 1 });
    expect(await ledger.stock(productId)).toEqual({ onHand: 8, reserved: 8 });
    expect(await pools.lookup('over-lost')).toMatchObject({ status: 'booked' });
    expect(await pools.lookup('over-refused')).toMatchObject({ status: 'void' });
    expect(await pools.order('over-held')).toMatchObject({ state: 'cancelled' });
    // Seen again, nothing comes of it; the units are the buyer's as soon as there are any.
    expect(await ledger.settle(entries)).toMatchObject({ status: 'settled', sold: 0, parked: 0 });
    const parked = await pools.parked({ includeResolved: false, limit: 1000 });
    const event = parked.at(-1);
    expect(parked).toHaveLength(parkedBefore + 1);
    expect(await pools.retryParked(event!.id, writeAs('over-cover'))).toBe('still_parked');
    const receipt = books.draft({ id: 'over-in', lines: [{ sku, quantity: 5 }] });
    await createStrategy('conditional', books.database.database).post([receipt], {
      atomic: true,
      dryRun: false,
    });
    expect(await pools.retryParked(event!.id, writeAs('over-cover'))).toBe('settled');
    expect(await ledger.stock(productId)).toEqual({ onHand: 11, reserved: 8 });
  });

  it('of an epoch to come freeze the shard, and nothing of the batch is booked', async () => {
    const { id, seller } = await pool(10);
    const event = { ...seller.sell('epoch-1', 1), epoch: 2 };
    const outcome = await ledger.settle(stream([event]));
    const reason = `event 1-0 of pool bucket ${id} is of epoch 2, and the books are at epoch 1`;
    expect(outcome).toEqual({ status: 'frozen', reason });
    expect(await frozenReason()).toBe(reason);
    await refuses(stream([event]), { status: 'frozen', reason });
    await ledger.pools.freeze(0, 'another reason');
    expect(await frozenReason()).toBe(reason);
    await ledger.pools.unfreeze(0);
    expect(await ledger.pools.lookup('epoch-1')).toMatchObject({ status: 'none' });
  });

  it('that count other units than the books are booked as they are, with an alarm', async () => {
    const { productId, id, seller } = await pool(10);
    await ledger.settle(stream([seller.sell('cum-1', 1)]));
    seller.cum += 2;
    const outcome = await ledger.settle(stream([seller.sell('cum-2', 3), seller.sell('cum-3', 1)]));
    expect(outcome).toMatchObject({
      status: 'settled',
      sold: 2,
      alarms: [expect.stringContaining('(CUM)')],
    });
    expect(await ledger.bucket(id)).toMatchObject({ settledSeq: 3, settledCum: 5, sold: 5 });
    expect(await ledger.stock(productId)).toEqual({ onHand: 5, reserved: 5 });
  });
});

describe('events that are missing', () => {
  it('are asked for first, all ranges of the batch at once', async () => {
    const [{ seller: one }, { seller: two }] = [await pool(20), await pool(20)];
    const seen = [one.sell('gap-1', 1)];
    one.sell('gap-2', 2);
    one.sell('gap-3', 3);
    seen.push(one.sell('gap-4', 1));
    one.sell('gap-5', 1);
    two.giveBack('gap-6', 4);
    seen.push(one.sell('gap-7', 1), two.sell('gap-8', 1));
    await refuses(stream(seen), {
      status: 'gap',
      ranges: [
        { bucketId: one.bucketId, epoch: 1, fromSeq: 2, toSeq: 3 },
        { bucketId: one.bucketId, epoch: 1, fromSeq: 5, toSeq: 5 },
        { bucketId: two.bucketId, epoch: 1, fromSeq: 1, toSeq: 1 },
      ],
    });
  });

  it('are booked by their records, and only the rest as recovered units', async () => {
    const { productId, id, sku, seller } = await pool(30);
    const lost = [
      seller.sell('lost-1', 1),
      seller.sell('lost-2', 2),
      seller.giveBack('lost-3', 3),
      seller.sell('lost-4', 4),
      seller.giveBack('lost-5', 5),
    ];
    const seen = seller.sell('lost-6', 6);
    const found = [
      lost[3]!,
      lost[0]!,
      { ...lost[1]!, bucketId: id + 1000 },
      { ...lost[1]!, epoch: 9 },
    ];
    const outcome = await ledger.settle(stream([seen]), { found });
    expect(outcome).toMatchObject({
      status: 'settled',
      sold: 4,
      returned: 1,
      alarms: [
        expect.stringMatching(/2 events of 1 to 5 .* are missing from the stream; the records/),
        expect.stringMatching(/3 events of 1 to 5 .* are lost.*2 units sold, 8 given back/),
      ],
    });
    expect(await ledger.bucket(id)).toMatchObject({
      settledSeq: 6,
      settledCum: 21,
      sold: 13,
      returned: 8,
    });
    expect(await ledger.stock(productId)).toEqual({ onHand: 17, reserved: 9 });
    expect(await ledger.pools.lookup('lost-1')).toMatchObject({ status: 'booked' });
    expect(await ledger.pools.lookup('lost-2')).toMatchObject({ status: 'none' });
    expect(await ledger.pools.lookup(`recovered:${id}:1:1-5`)).toMatchObject({
      posting: { kind: 'recovered', movements: [{ sku, quantity: -2 }] },
    });
    const operations = await ledger.books.database.sql(
      "SELECT kind, quantity FROM pool_operations WHERE pool_id = ? AND kind = 'return'",
      [id],
    );
    expect(operations).toEqual([{ kind: 'return', quantity: 8 }]);
  });

  it('at the end of a numbering are booked once, by whoever is at the position', async () => {
    const { productId, id, seller } = await pool(30);
    await ledger.settle(stream([seller.sell('tail-1', 1)]));
    const [two, three] = [seller.sell('tail-2', 2), seller.giveBack('tail-3', 3)];
    const { version } = (await ledger.pools.shard(0, { includeClosed: false })).progress;
    const range = { shard: 0, bucketId: id, epoch: 1, fromSeq: 2, toSeq: 3 };
    const tail = { ...range, version, cum: three.cum, ret: three.ret, found: [two] };
    expect(await ledger.pools.bookLostTail({ ...tail, version: version - 1 })).toBe('overtaken');
    expect(await ledger.pools.bookLostTail({ ...tail, epoch: 2 })).toBe('overtaken');
    const answers = await Promise.all([
      ledger.pools.bookLostTail(tail),
      ledger.pools.bookLostTail(tail),
    ]);
    expect(answers.sort()).toEqual(['booked', 'overtaken']);
    expect(await ledger.stock(productId)).toEqual({ onHand: 27, reserved: 24 });
    expect(await ledger.bucket(id)).toMatchObject({ settledSeq: 3, sold: 3, returned: 3 });
  });
});

describe('units that Redis was never handed', () => {
  it('are taken from what is free, with an alarm', async () => {
    const { productId, id, seller } = await pool(10, 100);
    const outcome = await ledger.settle(
      stream([seller.sell('over-1', 8), seller.sell('over-2', 5)]),
    );
    expect(outcome).toMatchObject({
      status: 'settled',
      sold: 2,
      parked: 0,
      alarms: [expect.stringMatching(/3 units more than it was handed \(OVERDRAW\)/)],
    });
    expect(await ledger.bucket(id)).toMatchObject({ delegated: 13, grantVersion: 2, short: 0 });
    expect(await ledger.stock(productId)).toEqual({ onHand: 87, reserved: 0 });
  });

  it('and that nobody has are sold all the same, and parked until there are enough', async () => {
    const { productId, sku, id, seller } = await pool(10);
    const outcome = await ledger.settle(
      stream([seller.sell('short-1', 8), seller.sell('short-2', 5), seller.sell('short-3', 2)]),
    );
    expect(outcome).toMatchObject({ status: 'settled', sold: 3, parked: 2 });
    expect(await ledger.bucket(id)).toMatchObject({ delegated: 15, sold: 15, short: 5 });
    expect(await ledger.stock(productId)).toEqual({ onHand: 0, reserved: 0 });
    expect(await ledger.pools.lookup('short-3')).toMatchObject({
      status: 'booked',
      posting: { kind: 'sale', movements: [] },
    });
    const [parked] = await lastParked(2);
    const { pools } = ledger;
    expect(await pools.retryParked(parked!.id, writeAs('retry-1'))).toBe('still_parked');
    const strategy = createStrategy('conditional', ledger.books.database.database);
    const receipt = ledger.books.draft({ id: 'short-in', lines: [{ sku, quantity: 4 }] });
    await strategy.post([receipt], { atomic: true, dryRun: false });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        pools.retryParked(parked!.id, writeAs(`retry-2-${at}`)),
      ),
    );
    expect(answers.filter((answer) => answer === 'settled')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'resolved_before')).toHaveLength(19);
    expect(await ledger.stock(productId)).toEqual({ onHand: 1, reserved: 0 });
    expect(await ledger.bucket(id)).toMatchObject({ sold: 15, short: 2 });
  });

  it('and given back, or sold to a request that is served already, need no cover', async () => {
    const { productId, id, seller } = await pool(10);
    const outcome = await ledger.settle(
      stream([seller.sell('cover', 8), seller.giveBack('cover-back', 5), seller.sell('cover', 8)]),
    );
    expect(outcome).toMatchObject({ status: 'settled', parked: 0 });
    expect(await ledger.bucket(id)).toMatchObject({
      delegated: 21,
      short: 0,
      returned: 5,
      duplicates: 8,
    });
    expect(await ledger.stock(productId)).toEqual({ onHand: 2, reserved: 0 });
  });
});

describe('what cannot be read', () => {
  it('is parked whole, and what is around it is settled', async () => {
    const { productId, seller } = await pool(10);
    const [first, last] = stream([seller.sell('poison-1', 1)], [seller.sell('poison-2', 1)]);
    const poison = { id: { ms: 1, seq: 5 }, events: null, raw: `\u0000${'x'.repeat(100_000)}` };
    const outcome = await ledger.settle([first!, poison, last!]);
    expect(outcome).toMatchObject({
      status: 'settled',
      sold: 2,
      parked: 1,
      alarms: ['event 1-5 is parked: not readable as events of a pool'],
    });
    expect(await ledger.stock(productId)).toEqual({ onHand: 8, reserved: 8 });
    const [parked] = await lastParked(1);
    expect(parked).toMatchObject({ eventId: '1-5', shard: 0, attempts: 0, resolution: null });
    expect(parked?.payload).toHaveLength(65_536);
    const { pools } = ledger;
    expect(await pools.retryParked(parked!.id, writeAs('poison-r'))).toBe('still_parked');
    expect(await pools.discardParked(parked!.id, { ...writeAs('poison-d'), dryRun: true })).toBe(
      'discarded',
    );
    expect((await lastParked(1))[0]).toMatchObject({ attempts: 1, resolvedAt: null });
    expect(await pools.discardParked(parked!.id, writeAs('poison-d'))).toBe('discarded');
    expect(await pools.discardParked(parked!.id, writeAs('poison-d'))).toBe('discarded');
    expect(await pools.discardParked(parked!.id, writeAs('poison-e'))).toBe('resolved_before');
    expect(await pools.retryParked(parked!.id, writeAs('poison-e'))).toBe('resolved_before');
    expect(await pools.discardParked(1e9, writeAs('poison-f'))).toBe('not_found');
    expect(await pools.retryParked(1e9, writeAs('poison-f'))).toBe('not_found');
    const open = await ledger.pools.parked({ includeResolved: false, limit: 1000 });
    expect(open.map(({ id }) => id)).not.toContain(parked?.id);
  });

  it.each([
    ['a negative quantity', { quantity: -1 }],
    ['half a unit', { quantity: 0.5 }],
    ['more than anybody sells', { quantity: 1e13 }],
    ['no number', { quantity: Number.NaN }],
    ['an endless request id', { requestId: 'x'.repeat(101) }],
    ['a request id of other letters', { requestId: '红' }],
    ['no fingerprint', { fingerprint: 'none' }],
    ['no such kind', { kind: "held'); DROP TABLE stock; --" }],
    ['no such pool', { bucketId: 999_999 }],
    ['a broken number', { seq: Number.MAX_VALUE }],
  ])('among readable events is parked alone: %s', async (_what, damage) => {
    const { productId, id, seller } = await pool(10);
    const poison = Object.assign(seller.sell('one-of-three', 1), damage);
    seller.seq -= 1;
    seller.cum -= 1;
    const entries = stream([seller.sell(`beside-${id}`, 2), poison]);
    expect(await ledger.settle(entries)).toMatchObject({ status: 'settled', sold: 1, parked: 1 });
    expect(await ledger.stock(productId)).toEqual({ onHand: 8, reserved: 8 });
  });
});

it('books that do not hold what they promised are left alone, and the shard is frozen', async () => {
  const { productId, seller } = await pool(10);
  const entries = stream([seller.sell('broken-1', 1), seller.sell('broken-2', 5)]);
  const { database } = ledger.books;
  await database.sql('UPDATE stock SET reserved = 3 WHERE product_id = ?', [productId]);
  const outcome = await ledger.settle(entries);
  expect(outcome).toMatchObject({
    status: 'frozen',
    reason: expect.stringMatching(/does not hold/),
  });
  expect(await frozenReason()).toMatch(/does not hold/);
  expect(await ledger.pools.lookup('broken-1')).toMatchObject({ status: 'none' });
  await database.sql('UPDATE stock SET reserved = 10 WHERE product_id = ?', [productId]);
  await ledger.pools.unfreeze(0);
  expect(await ledger.settle(entries)).toMatchObject({ status: 'settled', sold: 2 });
});

describe('a MySQL that is older than what Redis was told', () => {
  it('is frozen before the next sale settles, with or without anything to settle', async () => {
    const { seller } = await pool(10);
    const told = await ledger.settle(stream([seller.sell('restore-1', 1)]));
    if (told.status !== 'settled') throw new Error(told.status);
    const ack = { ackVersion: told.version, ackToken: told.token };
    expect(await ledger.settle([], ack)).toMatchObject({ status: 'settled' });
    const entries = stream([seller.sell('restore-2', 1)]);
    const others = [
      { ackVersion: told.version, ackToken: 'f'.repeat(32) },
      { ackVersion: told.version, ackToken: null },
      { ackVersion: told.version + 7, ackToken: 'e'.repeat(32) },
    ];
    for (const [at, other] of others.entries()) {
      const settled = at === 0 ? [] : entries;
      expect(await ledger.settle(settled, other)).toEqual({ status: 'restored' });
      expect(await ledger.settle(entries, ack)).toMatchObject({ status: 'frozen' });
      expect(await ledger.pools.lookup('restore-2')).toMatchObject({ status: 'none' });
      await ledger.pools.unfreeze(0);
    }
    // A person has looked: the last mark of Redis counts as known, and the versions are past it.
    const [, , last] = others;
    const { progress } = await ledger.pools.shard(0, { includeClosed: false });
    expect(progress).toMatchObject({ version: told.version + 8, state: 'ready' });
    expect(progress.recoverRequest).toBe(progress.generation);
    expect(await ledger.settle(entries, last)).toMatchObject({ status: 'settled', sold: 1 });
  });

  it('is not seen in a mark that the log has forgotten by age', async () => {
    const { seller } = await pool(10);
    await ledger.settle(stream([seller.sell('old-1', 1)]));
    const { version } = (await ledger.pools.shard(0, { includeClosed: false })).progress;
    await ledger.books.database.sql('DELETE FROM settlement_log WHERE shard = 0 AND version < ?', [
      version,
    ]);
    const old = { ackVersion: version - 1, ackToken: 'd'.repeat(32) };
    expect(await ledger.settle(stream([seller.sell('old-2', 1)]), old)).toMatchObject({ sold: 1 });
  });
});
