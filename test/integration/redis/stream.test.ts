import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StreamId } from '../../../src/domain/pool.ts';
import type { TrimRequest } from '../../../src/ports/pool-gate.ts';
import { adopt, bucketOf, holdOf, openGate, openPools, sale } from '../../support/pool-gate.ts';
import type { GateBench } from '../../support/pool-gate.ts';

let bench: GateBench;
beforeEach(() => {
  bench = openGate();
});
afterEach(() => bench.close());

const START: StreamId = { ms: 0, seq: 0 };
const trimOf = (upTo: StreamId, changes: Partial<TrimRequest> = {}): TrimRequest => ({
  shard: 0,
  generation: 1,
  upTo,
  ackVersion: 1,
  ackToken: 'feed',
  buckets: [],
  retentionMs: 0,
  ...changes,
});
const sellMany = (ids: readonly string[], bucketId = 1) =>
  Promise.all(ids.map((id) => bench.gate.sell(sale(id, { bucketId }))));
const numbered = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, at) => `${prefix}${at}`);
const idsOf = (page: Awaited<ReturnType<GateBench['gate']['readEvents']>>) =>
  page.entries.map(({ events }) => events?.map(({ requestId }) => requestId));

describe('reading events', () => {
  it('gives whole entries, up to so many events, and one at least', async () => {
    const { gate } = bench;
    await openPools(gate, [bucketOf()]);
    await sellMany(['a', 'b', 'c']);
    await sellMany(['d']);
    await sellMany(['e', 'f']);
    const first = await gate.readEvents(0, START, 1);
    expect(first).toMatchObject({ generation: 1, isOpen: true, ackVersion: 0, ackToken: null });
    expect(idsOf(first)).toEqual([['a', 'b', 'c']]);
    expect(idsOf(await gate.readEvents(0, START, 4))).toEqual([['a', 'b', 'c'], ['d']]);
    expect(idsOf(await gate.readEvents(0, START, 5))).toEqual([['a', 'b', 'c'], ['d']]);
    const all = await gate.readEvents(0, START, 6);
    expect(idsOf(all)).toEqual([['a', 'b', 'c'], ['d'], ['e', 'f']]);
    expect(idsOf(await gate.readEvents(0, all.entries[0]!.id, 100))).toEqual([['d'], ['e', 'f']]);
    expect(idsOf(await gate.readEvents(0, all.entries[2]!.id, 100))).toEqual([]);
  });

  it('reads on over many entries', async () => {
    const { gate } = bench;
    await openPools(gate, [bucketOf()]);
    for (const id of numbered('r', 100)) await gate.sell(sale(id));
    const read: unknown[] = [];
    let after = START;
    for (;;) {
      const page = await gate.readEvents(0, after, 7);
      if (page.entries.length === 0) break;
      expect(page.entries.length).toBeLessThanOrEqual(7);
      read.push(...idsOf(page).flat());
      after = page.entries.at(-1)!.id;
    }
    expect(read).toEqual(numbered('r', 100));
  });

  it('tells entries that it cannot read from those it can', async () => {
    const { gate, redis } = bench;
    await openPools(gate, [bucketOf()]);
    const add = (...fields: string[]) => redis.xadd(bench.key('ev'), '*', ...fields);
    await add('hello', 'world');
    await gate.sell(sale('s'));
    const [entry] = await redis
      .xrange(bench.key('ev'), '(0', '+', 'COUNT', 2)
      .then((all) => all.slice(1));
    const [count, text] = entry![1] as [string, string];
    await add('2', text);
    await add(count, text.slice(0, -1));
    await add(count, text.replace('|1|1|', '|x|1|'));
    await add(count, text.replace('["sale"', '["gift"'));
    await add(count, text, 'more', 'fields');
    await add(count, text.replace(/\|\d+\|/, '|9007199254740993|'));
    await add('1', '\n');
    const { entries } = await gate.readEvents(0, START, 100);
    expect(entries.map(({ events }) => events?.length ?? null)).toEqual([
      null,
      1,
      ...Array.from({ length: 7 }, () => null),
    ]);
    expect(entries[0]!.raw).toBe('["hello","world"]');
  });

  it('reads an empty stream of a shard that does not exist', async () => {
    expect(await bench.gate.readEvents(0, START, 100)).toEqual({
      generation: null,
      isOpen: false,
      ackVersion: 0,
      ackToken: null,
      entries: [],
      backlog: 0,
    });
  });
});

describe('trimming', () => {
  it('acknowledges a settlement, and never an older one', async () => {
    const { gate } = bench;
    await openPools(gate, [bucketOf(), bucketOf({ id: 2 })]);
    await sellMany(['a', 'b']);
    const cums = async () => (await gate.snapshot(0)).buckets.map(({ acum }) => acum);
    const of = (bucketId: number, settledCum: number, epoch = 1) => ({
      bucketId,
      epoch,
      settledCum,
    });
    const keep = { retentionMs: 60_000 };
    await gate.trim(
      trimOf(START, { ...keep, ackVersion: 5, ackToken: 'five', buckets: [of(1, 2)] }),
    );
    await gate.trim(
      trimOf(START, { ...keep, ackVersion: 4, ackToken: 'four', buckets: [of(1, 1)] }),
    );
    await gate.trim(
      trimOf(START, { ...keep, ackVersion: 5, ackToken: 'x', buckets: [of(2, 9, 2)] }),
    );
    expect(await gate.snapshot(0)).toMatchObject({ ackVersion: 5, ackToken: 'five' });
    expect(await cums()).toEqual([2, 0]);
    await gate.trim(trimOf(START, { ...keep, generation: 2, ackVersion: 6, ackToken: 'six' }));
    expect(await gate.snapshot(0)).toMatchObject({ ackVersion: 5 });
  });

  it('forgets what is settled and old enough, with its records, and nothing else', async () => {
    const { gate, redis } = bench;
    await openPools(gate, [bucketOf()]);
    await gate.sell(sale('s'));
    await gate.withdraw({ generation: 1, bucket: bucketOf(), requestId: 'w', quantity: 1 });
    await gate.hold(holdOf('h'));
    await gate.hold(holdOf('c'));
    await gate.confirm(sale('c'));
    await gate.sell(sale('later'));
    const { entries } = await gate.readEvents(0, START, 100);
    const upTo = entries.at(-2)!.id;
    await gate.trim(trimOf(upTo, { retentionMs: 60_000 }));
    expect(await redis.xlen(bench.key('ev'))).toBe(entries.length);
    await sleep(2);
    await gate.trim(trimOf(upTo));
    expect(idsOf(await gate.readEvents(0, START, 100))).toEqual([['later']]);
    expect((await redis.hkeys(bench.key('r'))).sort()).toEqual(['h', 'later']);
    // The hold's own event is gone; the hold is not.
    expect(await gate.confirm(sale('h'))).toMatchObject({ status: 'sold' });
  });

  it('leaves the record of an id that was used again', async () => {
    const { gate, redis } = bench;
    await openPools(gate, [bucketOf()]);
    await gate.sell(sale('s'));
    const { entries } = await gate.readEvents(0, START, 1);
    await redis.hdel(bench.key('r'), 's');
    await gate.sell(sale('s'));
    await sleep(2);
    await gate.trim(trimOf(entries[0]!.id));
    expect(await gate.sell(sale('s'))).toMatchObject({ replayed: true, seq: 2 });
  });

  it('works through any length, in calls that stay short', async () => {
    const { gate, redis } = bench;
    await openPools(gate, [bucketOf({ delegated: 10_000 })]);
    for (let round = 0; round < 10; round += 1) await sellMany(numbered(`r${round}-`, 700));
    const last = (await gate.snapshot(0)).lastEntryId!;
    await sleep(2);
    await gate.trim(trimOf(last));
    expect(await redis.xlen(bench.key('ev'))).toBe(0);
    expect(await redis.hlen(bench.key('r'))).toBe(0);
    expect(await gate.snapshot(0)).toMatchObject({ lastEntryId: null, lastGeneratedId: last });
  });

  it('forgets refusals that have expired, and not those that somebody renewed or overcame', async () => {
    const { gate, redis } = bench;
    const brief = bench.another({ retentionMs: 1 });
    await openPools(gate, [bucketOf({ delegated: 1 })]);
    const much = { quantity: 2, isRetry: true };
    for (const id of ['gone', 'renewed', 'sold']) await brief.sell(sale(id, much));
    await sleep(5);
    await redis.hset(
      bench.key('r'),
      'renewed',
      (await redis.hget(bench.key('r'), 'renewed'))!.replace(/\d+/, '9999999999999'),
    );
    expect(await gate.sell(sale('sold'))).toMatchObject({ status: 'sold' });
    await gate.trim(trimOf(START));
    expect((await redis.hkeys(bench.key('r'))).sort()).toEqual(['renewed', 'sold']);
    expect(await redis.zcard(bench.key('n'))).toBe(0);
  });
});

describe('looking for events by their records', () => {
  it('finds a range among everything else, in order', async () => {
    const { gate, redis } = bench;
    await openPools(gate, [
      bucketOf({ delegated: 10_000 }),
      bucketOf({ id: 11, delegated: 10_000 }),
    ]);
    await sellMany(numbered('a', 1200));
    await sellMany(numbered('b', 1200), 11);
    await gate.withdraw({ generation: 1, bucket: bucketOf(), requestId: 'w', quantity: 3 });
    await gate.hold(holdOf('h'));
    await redis.del(bench.key('ev'));
    const range = { shard: 0, bucketId: 1, epoch: 1, fromSeq: 1190, toSeq: 1201 };
    const found = await gate.findEvents(range);
    expect(found.map(({ seq }) => seq)).toEqual(numbered('', 12).map((at) => 1190 + Number(at)));
    expect(found.at(-2)).toMatchObject({ kind: 'sale', requestId: 'a1199', cum: 1200, ret: 0 });
    expect(found.at(-1)).toEqual({
      kind: 'return',
      requestId: 'w',
      bucketId: 1,
      epoch: 1,
      seq: 1201,
      cum: 1203,
      ret: 3,
      quantity: 3,
    });
    expect(await gate.findEvents({ ...range, epoch: 2 })).toEqual([]);
  });
});

describe('a snapshot', () => {
  it('holds more buckets than one script reads', async () => {
    const { gate } = bench;
    await adopt(gate);
    const buckets = Array.from({ length: 450 }, (_, at) => bucketOf({ id: at + 1 }));
    await Promise.all(buckets.map((bucket) => gate.converge(1, bucket, null)));
    await sellMany(['last'], 450);
    const snapshot = await gate.snapshot(0);
    expect(snapshot.buckets).toHaveLength(450);
    expect(snapshot.buckets.filter(({ isSound }) => isSound)).toHaveLength(450);
    expect(snapshot.buckets.filter(({ seq }) => seq === 1)).toMatchObject([{ bucketId: 450 }]);
    expect(snapshot.createdEpochs.size).toBe(450);
  });

  it('looks over several shards', async () => {
    const gate = bench.another({ shards: 3 });
    for (const shard of [0, 1, 2]) await adopt(gate, shard + 1, { shard });
    const place = { sku: 'MUG', productId: 3, poolId: 1 };
    await gate.converge(1, bucketOf({ id: 1, shard: 0, bucket: 0, ...place }), null);
    await gate.converge(3, bucketOf({ id: 2, shard: 2, bucket: 1, ...place }), null);
    const { buckets } = await gate.locate('MUG', 'MAIN');
    expect(buckets).toMatchObject([
      { bucketId: 1, shard: 0, generation: 1 },
      { bucketId: 2, shard: 2, generation: 3, bucket: 1 },
    ]);
    await gate.sell(sale('no', { quantity: 1000, isRetry: true }));
    await gate.sell(sale('no', { shard: 2, bucketId: 2, generation: 3 }));
    expect(await gate.findRequest('no')).toMatchObject({
      found: { shard: 2, generation: 3, record: { status: 'sold' } },
    });
    expect(await gate.findRequest('nobody')).toMatchObject({ found: null });
  });
});
