import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bucketOf, holdOf, NOTE, openGate, openPools, sale } from '../../support/pool-gate.ts';
import type { GateBench } from '../../support/pool-gate.ts';

let bench: GateBench;
beforeEach(() => {
  bench = openGate();
});
afterEach(() => bench.close());

const OTHER = 'b'.repeat(64);
const confirmOf = (requestId: string, fingerprint = 'a'.repeat(64)) => {
  const { shard, generation, bucketId, notAfterMs } = sale(requestId);
  return { shard, generation, bucketId, requestId, fingerprint, notAfterMs };
};
const counters = async () => {
  const [bucket] = (await bench.gate.snapshot(0)).buckets;
  return [bucket?.avail, bucket?.held, bucket?.cum, bucket?.seq];
};
const events = async () => {
  const { entries } = await bench.gate.readEvents(0, { ms: 0, seq: 0 }, 10_000);
  return entries.flatMap((entry) => entry.events ?? []);
};

describe('a sale', () => {
  it('says what is left, and stands in the stream with all that settlement needs', async () => {
    const { gate } = bench;
    await openPools(gate, [bucketOf({ terms: { floor: 5 } })]);
    const note = {
      ...NOTE,
      buyer: 'Zoë "the ox" \u{1F402}',
      reference: 'a\tb\nc|d',
      reason: '',
      occurredAt: '2026-01-02T03:04:05.000Z',
    };
    expect(await gate.sell(sale('r1', { quantity: 3, note }))).toEqual({
      status: 'sold',
      replayed: false,
      bucketId: 1,
      epoch: 1,
      seq: 1,
      quantity: 3,
      remaining: 92,
    });
    expect(await events()).toEqual([
      {
        kind: 'sale',
        requestId: 'r1',
        bucketId: 1,
        epoch: 1,
        seq: 1,
        cum: 3,
        ret: 0,
        quantity: 3,
        fingerprint: 'a'.repeat(64),
        note,
        atMs: expect.any(Number) as number,
      },
    ]);
    expect(await gate.findRecord(0, 'r1')).toEqual({
      status: 'sold',
      fingerprint: 'a'.repeat(64),
      bucketId: 1,
      epoch: 1,
      quantity: 3,
      note,
      deadlineMs: null,
      place: { sku: 'SKU-1', location: 'MAIN', poolId: 1 },
    });
  });

  it('is made once, however often it is asked for', async () => {
    const { gate } = bench;
    await openPools(gate, [bucketOf()]);
    await gate.sell(sale('r', { quantity: 2 }));
    for (const isRetry of [false, true]) {
      expect(await gate.sell(sale('r', { quantity: 2, isRetry }))).toEqual({
        status: 'sold',
        replayed: true,
        bucketId: 1,
        epoch: 1,
        seq: 1,
        quantity: 2,
        remaining: null,
      });
    }
    expect(await counters()).toEqual([98, 0, 2, 1]);
    expect(await events()).toHaveLength(1);
  });

  it('takes the last unit above the floor and none below it', async () => {
    const { gate } = bench;
    await openPools(gate, [bucketOf({ delegated: 10, terms: { floor: 4 } })]);
    expect(await gate.sell(sale('a', { quantity: 7 }))).toEqual({
      status: 'no',
      reason: 'sold_out',
      available: 6,
    });
    expect(await gate.sell(sale('b', { quantity: 6 }))).toMatchObject({ remaining: 0 });
    expect(await gate.sell(sale('c'))).toEqual({ status: 'no', reason: 'sold_out', available: 0 });
    expect(await counters()).toEqual([4, 0, 6, 1]);
  });

  it('is never of more units at once than a crash may lose', async () => {
    const { gate } = bench;
    await openPools(gate, [bucketOf()], 5);
    const tooLarge = { status: 'no', reason: 'too_large', available: null };
    expect(await gate.sell(sale('a', { quantity: 6 }))).toEqual(tooLarge);
    expect(await gate.hold(holdOf('b', { quantity: 6 }))).toEqual(tooLarge);
    expect(await gate.sell(sale('c', { quantity: 5 }))).toMatchObject({ status: 'sold' });
    expect(await gate.sell(sale('d'))).toEqual({ status: 'busy' });
  });

  it('counts exactly up to 2^53 - 1', async () => {
    const { gate } = bench;
    const delegated = Number.MAX_SAFE_INTEGER;
    await openPools(gate, [bucketOf({ delegated })]);
    expect(await gate.sell(sale('a', { quantity: 999_999_999_999_999 }))).toMatchObject({
      quantity: 999_999_999_999_999,
      remaining: delegated - 999_999_999_999_999,
    });
    expect(await gate.hold(holdOf('h', { quantity: 1 }))).toMatchObject({ status: 'held' });
    const rest = delegated - 1_000_000_000_000_000;
    expect(await gate.sell(sale('b', { quantity: rest }))).toMatchObject({ remaining: 0 });
    expect(await gate.confirm(confirmOf('h'))).toMatchObject({ status: 'sold', seq: 3 });
    expect(await counters()).toEqual([0, 0, delegated, 3]);
    expect((await events()).at(-1)).toMatchObject({ cum: delegated });
    expect(await bench.redis.hget(bench.key('p:1'), 'cum')).toBe('9007199254740991');
  });
});

describe('a refusal', () => {
  it('is forgotten for a first attempt, and stays for any other', async () => {
    const { gate } = bench;
    const bucket = bucketOf({ delegated: 1 });
    await openPools(gate, [bucket]);
    const no = { status: 'no', reason: 'sold_out', available: 1 };
    expect(await gate.sell(sale('first', { quantity: 2 }))).toEqual(no);
    expect(await gate.sell(sale('retry', { quantity: 2, isRetry: true }))).toEqual(no);
    await gate.converge(1, { ...bucket, grantVersion: 2, delegated: 9 }, null);
    expect(await gate.sell(sale('first', { quantity: 2 }))).toMatchObject({ status: 'sold' });
    const again = { status: 'no', reason: 'sold_out', available: null };
    expect(await gate.sell(sale('retry', { quantity: 2 }))).toEqual(again);
    expect(await gate.hold(holdOf('retry', { quantity: 2 }))).toEqual(again);
    expect(await gate.confirm(confirmOf('retry'))).toEqual(again);
    expect(await gate.findRecord(0, 'retry')).toEqual({
      status: 'no',
      fingerprint: 'a'.repeat(64),
      reason: 'sold_out',
      ended: null,
    });
  });

  it('is renewed by whoever asks, and absent once it has expired', async () => {
    const { gate, redis } = bench;
    await openPools(gate, [bucketOf({ delegated: 1 })]);
    await gate.sell(sale('r', { quantity: 2, isRetry: true }));
    const first = Number(await redis.zscore(bench.key('n'), 'r'));
    await sleep(5);
    expect(await gate.sell(sale('r', { quantity: 2 }))).toMatchObject({ available: null });
    expect(Number(await redis.zscore(bench.key('n'), 'r'))).toBeGreaterThan(first);

    const brief = bench.another({ retentionMs: 1 });
    expect(await brief.sell(sale('r', { quantity: 2 }))).toMatchObject({ status: 'no' });
    await sleep(10);
    expect(await gate.findRecord(0, 'r')).toBeNull();
    expect(await gate.sell(sale('r', { quantity: 1 }))).toMatchObject({ status: 'sold' });
  });

  it.each([
    ['before the start', { startsAtMs: Date.now() + 60_000 }, 'window'],
    ['after the end', { endsAtMs: Date.now() - 1000 }, 'window'],
  ] as const)('is what the window gives %s', async (_when, terms, reason) => {
    const { gate } = bench;
    await openPools(gate, [bucketOf({ terms })]);
    const no = { status: 'no', reason, available: null };
    expect(await gate.sell(sale('s', { quantity: 1000 }))).toEqual(no);
    expect(await gate.hold(holdOf('h'))).toEqual(no);
  });

  it('is what a closing bucket gives', async () => {
    const { gate } = bench;
    const bucket = bucketOf();
    await openPools(gate, [bucket]);
    await gate.close(1, bucket);
    const no = { status: 'no', reason: 'closed', available: null };
    expect(await gate.sell(sale('s'))).toEqual(no);
    expect(await gate.hold(holdOf('h'))).toEqual(no);
  });
});

describe('the limit of a buyer', () => {
  const note = { ...NOTE, buyer: 'ann' };

  it('counts what he bought and what is held for him, and gives back with the hold', async () => {
    const { gate } = bench;
    await openPools(gate, [bucketOf({ terms: { perBuyer: 5 } })]);
    expect(await gate.sell(sale('s', { quantity: 2, note }))).toMatchObject({ status: 'sold' });
    expect(await gate.hold(holdOf('h', { quantity: 3, note }))).toMatchObject({ status: 'held' });
    const limit = { status: 'no', reason: 'limit', available: null };
    expect(await gate.sell(sale('t', { note }))).toEqual(limit);
    expect(await gate.hold(holdOf('u', { note }))).toEqual(limit);
    const other = { ...note, buyer: 'bob' };
    expect(await gate.sell(sale('v', { note: other }))).toMatchObject({ status: 'sold' });
    const nobody = { status: 'no', reason: 'no_buyer', available: null };
    expect(await gate.sell(sale('w'))).toEqual(nobody);
    expect(await gate.release(confirmOf('h'))).toBe('released');
    expect(await gate.sell(sale('x', { quantity: 3, note }))).toMatchObject({ status: 'sold' });
    expect(await bench.redis.hgetall(bench.key('b:1'))).toEqual({ ann: '5', bob: '1' });
  });

  it('sees what an earlier request of the same call took', async () => {
    const { gate } = bench;
    await openPools(gate, [bucketOf({ terms: { perBuyer: 3 } })]);
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, at) => gate.sell(sale(`r${at}`, { note }))),
    );
    expect(answers.map(({ status }) => status)).toEqual(['sold', 'sold', 'sold', 'no', 'no']);
    expect(await bench.redis.xlen(bench.key('ev'))).toBe(1);
  });
});

describe('a hold', () => {
  it('is made once, and becomes a sale once', async () => {
    const { gate } = bench;
    await openPools(gate, [bucketOf()]);
    const request = holdOf('h', { quantity: 4, note: { ...NOTE, buyer: 'ann' } });
    const held = { status: 'held', bucketId: 1, quantity: 4, deadlineMs: request.deadlineMs };
    expect(await gate.hold(request)).toEqual({ ...held, replayed: false, remaining: 96 });
    const later = { ...request, deadlineMs: request.deadlineMs + 1 };
    expect(await gate.hold(later)).toEqual({ ...held, replayed: true, remaining: null });
    expect(await counters()).toEqual([96, 4, 0, 0]);
    const sold = { status: 'sold', bucketId: 1, epoch: 1, seq: 1, quantity: 4 };
    expect(await gate.confirm(confirmOf('h'))).toEqual({ ...sold, replayed: false, remaining: 96 });
    expect(await gate.confirm(confirmOf('h'))).toEqual({
      ...sold,
      replayed: true,
      remaining: null,
    });
    expect(await gate.hold(request)).toEqual({ ...sold, replayed: true, remaining: null });
    expect(await counters()).toEqual([96, 0, 4, 1]);
    expect(await events()).toMatchObject([
      { kind: 'held', requestId: 'h', quantity: 4, deadlineMs: request.deadlineMs },
      { kind: 'sale', requestId: 'h', quantity: 4, note: { buyer: 'ann' } },
    ]);
    expect(await bench.redis.exists(bench.key('h:1'), bench.key('due'))).toBe(0);
  });

  it('is not confirmed once it is lost, and never made after that', async () => {
    const { gate } = bench;
    await openPools(gate, [bucketOf()]);
    const no = { status: 'no', reason: 'no_hold', available: null };
    expect(await gate.confirm(confirmOf('h'))).toEqual(no);
    expect(await gate.hold(holdOf('h'))).toEqual(no);
    expect(await gate.release(confirmOf('h'))).toBe('no_hold');
  });

  it('does not expire before its deadline', async () => {
    const { gate } = bench;
    await openPools(gate, [bucketOf()]);
    await gate.hold(holdOf('later'));
    await gate.hold(holdOf('due', { deadlineMs: Date.now() - 1, quantity: 2 }));
    expect(await gate.expireDue(0, 1, 100)).toBe(1);
    expect(await counters()).toEqual([99, 1, 0, 0]);
    expect((await events()).at(-1)).toMatchObject({
      kind: 'expired',
      requestId: 'due',
      quantity: 2,
    });
    expect(await gate.findRecord(0, 'due')).toMatchObject({
      ended: { as: 'expired', quantity: 2 },
    });
  });

  it('leaves the list of deadlines when it is no hold any more', async () => {
    const { gate, redis } = bench;
    await openPools(gate, [bucketOf()]);
    await redis.zadd(bench.key('due'), 1, '1:ghost', 1, '77:nowhere');
    expect(await gate.expireDue(0, 1, 100)).toBe(0);
    expect(await redis.exists(bench.key('due'))).toBe(0);
    expect(await gate.expireDue(0, 9, 100)).toBe(0);
  });
});

describe('a request id', () => {
  it('stands for one content', async () => {
    const { gate } = bench;
    await openPools(gate, [bucketOf({ delegated: 10 })]);
    await gate.sell(sale('s'));
    await gate.hold(holdOf('h'));
    await gate.sell(sale('n', { quantity: 100, isRetry: true }));
    await gate.withdraw({ generation: 1, bucket: bucketOf(), requestId: 'w', quantity: 1 });
    const conflict = { status: 'conflict' };
    for (const id of ['s', 'h', 'n', 'w']) {
      expect(await gate.sell(sale(id, { fingerprint: OTHER }))).toEqual(conflict);
      expect(await gate.hold(holdOf(id, { fingerprint: OTHER }))).toEqual(conflict);
      expect(await gate.confirm(confirmOf(id, OTHER))).toEqual(conflict);
    }
    // A hold is not a sale, also with the same content.
    expect(await gate.sell(sale('h'))).toEqual(conflict);
    expect(await counters()).toEqual([7, 1, 2, 2]);
  });

  it('is looked for in the bucket that holds it', async () => {
    const { gate } = bench;
    await openPools(gate, [bucketOf(), bucketOf({ id: 2 })]);
    await gate.hold(holdOf('h'));
    expect(await gate.confirm({ ...confirmOf('h'), bucketId: 2 })).toEqual({ status: 'conflict' });
    expect(await gate.sell(sale('s'))).toMatchObject({ bucketId: 1 });
    expect(await gate.sell(sale('s', { bucketId: 2 }))).toMatchObject({
      bucketId: 1,
      replayed: true,
    });
    expect(await gate.confirm(confirmOf('h'))).toMatchObject({ status: 'sold' });
  });
});
