import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SaleRequest } from '../../../src/ports/pool-gate.ts';
import { bucketOf, holdOf, openGate, openPools, sale } from '../../support/pool-gate.ts';
import type { GateBench } from '../../support/pool-gate.ts';

let bench: GateBench;
beforeEach(() => {
  bench = openGate();
});
afterEach(() => bench.close());

const PAST = { notAfterMs: 1000 };
const confirmOf = ({
  shard,
  generation,
  bucketId,
  requestId,
  fingerprint,
  notAfterMs,
}: SaleRequest) => ({
  ...{ shard, generation, bucketId, requestId, fingerprint, notAfterMs },
});

/** Everything of the shard, to show that an attempt wrote nothing. */
async function everything(): Promise<Record<string, string>> {
  const dump: Record<string, string> = {};
  for (const key of (await bench.redis.keys(`${bench.prefix}:*`)).sort()) {
    dump[key] = (await bench.redis.dumpBuffer(key)).toString('hex');
  }
  return dump;
}

describe('the order of the checks (docs/pools.md)', () => {
  it('asks for the fence before anything else', async () => {
    const { gate } = bench;
    await openPools(gate, [bucketOf({ delegated: 1 })]);
    await gate.sell(sale('known'));
    await bench.redis.hincrby(bench.key('p:1'), 'avail', 5);
    const before = await everything();
    for (const request of [
      sale('late', { generation: 2, ...PAST }),
      sale('known', { generation: 2 }),
      sale('x', { generation: 2, bucketId: 9 }),
    ]) {
      const fenced = { status: 'fenced', generation: 1 };
      expect(await gate.sell(request)).toEqual(fenced);
      expect(await gate.hold({ ...request, deadlineMs: 1 })).toEqual(fenced);
      expect(await gate.confirm(confirmOf(request))).toEqual(fenced);
    }
    expect(await everything()).toEqual(before);
  });

  it('asks for the time before the record', async () => {
    const { gate } = bench;
    await openPools(gate, [bucketOf()]);
    await gate.sell(sale('known'));
    await gate.hold(holdOf('held'));
    const before = await everything();
    for (const id of ['known', 'held', 'new']) {
      expect(await gate.sell(sale(id, PAST))).toEqual({ status: 'late' });
      expect(await gate.hold(holdOf(id, PAST))).toEqual({ status: 'late' });
      expect(await gate.confirm(confirmOf(sale(id, PAST)))).toEqual({ status: 'late' });
    }
    expect(await everything()).toEqual(before);
  });

  it('asks for the record before the bucket', async () => {
    const { gate, redis } = bench;
    await openPools(gate, [bucketOf(), bucketOf({ id: 2 })]);
    await gate.sell(sale('known'));
    await gate.sell(sale('no', { quantity: 1000, isRetry: true }));
    await redis.del(bench.key('p:1'));
    await redis.hincrby(bench.key('p:2'), 'avail', 1);
    for (const bucketId of [1, 2]) {
      expect(await gate.sell(sale('known', { bucketId }))).toMatchObject({ replayed: true });
      expect(await gate.sell(sale('no', { bucketId }))).toMatchObject({ status: 'no' });
    }
    const before = await everything();
    const [gone, damaged] = [
      sale('new', { isRetry: true }),
      sale('new', { bucketId: 2, isRetry: true }),
    ];
    expect(await gate.sell(gone)).toEqual({ status: 'no_pool' });
    expect(await gate.hold({ ...gone, deadlineMs: 1 })).toEqual({ status: 'no_pool' });
    expect(await gate.confirm(confirmOf(gone))).toEqual({ status: 'no_pool' });
    expect(await gate.sell(damaged)).toEqual({ status: 'corrupt' });
    expect(await gate.hold({ ...damaged, deadlineMs: 1 })).toEqual({ status: 'corrupt' });
    expect(await everything()).toEqual(before);
  });

  it('asks for the damage before the stock, and for the stock before the lag', async () => {
    const { gate, redis } = bench;
    await openPools(gate, [bucketOf({ delegated: 10 })], 3);
    await redis.hincrby(bench.key('p:1'), 'held', 1);
    expect(await gate.sell(sale('a', { quantity: 1000 }))).toEqual({ status: 'corrupt' });
    await redis.hincrby(bench.key('p:1'), 'held', -1);
    expect(await gate.sell(sale('b', { quantity: 11 }))).toMatchObject({ reason: 'sold_out' });
    expect(await gate.sell(sale('c', { quantity: 4 }))).toMatchObject({ reason: 'too_large' });
    expect(await gate.sell(sale('d', { quantity: 3 }))).toMatchObject({ status: 'sold' });
    expect(await gate.sell(sale('e', { quantity: 1, isRetry: true }))).toEqual({ status: 'busy' });
    expect(await gate.findRecord(0, 'e')).toBeNull();
  });

  it('asks for the hold before the damage: without one, NO is the answer and stays', async () => {
    const { gate, redis } = bench;
    await openPools(gate, [bucketOf()]);
    await gate.hold(holdOf('h'));
    await redis.hincrby(bench.key('p:1'), 'avail', 1);
    expect(await gate.confirm(confirmOf(sale('h')))).toEqual({ status: 'corrupt' });
    expect(await gate.release(sale('h'))).toBe('corrupt');
    expect(await gate.confirm(confirmOf(sale('x')))).toMatchObject({ reason: 'no_hold' });
    expect(await gate.findRecord(0, 'x')).toMatchObject({ status: 'no', reason: 'no_hold' });
  });
});

const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');

describe('a damaged bucket', () => {
  it.each([
    ['avail', '101'],
    ['held', '-1'],
    ['cum', '1'],
    ['D', '99'],
    ['seq', 'many'],
    ['avail', '100.0'],
    ['cum', '0x0'],
    ['ret', ''],
    ['acum', 'nan'],
    ['floor', '1e3'],
    ['avail', '9007199254740993'],
    ['gv', 'inf'],
    ['state', 'ajar'],
  ])('sells nothing with %s = %s', async (field, value) => {
    const { gate, redis } = bench;
    await openPools(gate, [bucketOf()]);
    await redis.hset(bench.key('p:1'), field, value);
    const before = await everything();
    expect(await gate.sell(sale('s', { isRetry: true }))).toEqual({ status: 'corrupt' });
    expect(await gate.hold(holdOf('h', { isRetry: true }))).toEqual({ status: 'corrupt' });
    const withdrawal = { generation: 1, bucket: bucketOf(), requestId: 'w', quantity: 1 };
    expect(await gate.withdraw(withdrawal)).toEqual({ status: 'corrupt' });
    expect(await everything()).toEqual(before);
    expect((await gate.snapshot(0)).buckets).toMatchObject([{ bucketId: 1, isSound: false }]);
    expect((await gate.digests(0)).digests).toEqual(new Map([[0, sha1('1 ?')]]));
  });

  it('is none when it has become something else', async () => {
    const { gate, redis } = bench;
    await openPools(gate, [bucketOf()]);
    await redis.set(bench.key('p:1'), '100');
    expect(await gate.sell(sale('s'))).toEqual({ status: 'no_pool' });
    expect(await gate.converge(1, bucketOf(), null)).toEqual({ status: 'missing' });
  });
});

describe('the bounds on what is unsettled', () => {
  const settled = (upTo: { ms: number; seq: number }, settledCum: number) => ({
    shard: 0,
    generation: 1,
    upTo,
    ackVersion: 1,
    ackToken: 'feed',
    buckets: [{ bucketId: 1, epoch: 1, settledCum }],
    retentionMs: 600_000,
  });

  it('keep a crash from losing more than the limit, holds included once they are confirmed', async () => {
    const { gate } = bench;
    await openPools(gate, [bucketOf()], 3);
    expect(await gate.hold(holdOf('h', { quantity: 3 }))).toMatchObject({ status: 'held' });
    expect(await gate.sell(sale('a', { quantity: 2 }))).toMatchObject({ status: 'sold' });
    expect(await gate.sell(sale('b', { quantity: 2 }))).toEqual({ status: 'busy' });
    expect(await gate.confirm(confirmOf(sale('h')))).toEqual({ status: 'busy' });
    const page = await gate.readEvents(0, { ms: 0, seq: 0 }, 10);
    await gate.trim(settled(page.entries.at(-1)!.id, 2));
    expect(await gate.sell(sale('b', { quantity: 2 }))).toMatchObject({ status: 'sold' });
  });

  it('count entries that are not settled, not those that are only kept', async () => {
    const gate = bench.another({ backlogEntriesMax: 3 });
    await openPools(gate, [bucketOf()]);
    for (const id of ['a', 'b', 'c']) await gate.sell(sale(id));
    expect(await gate.sell(sale('d', { isRetry: true }))).toEqual({ status: 'busy' });
    expect(await gate.hold(holdOf('h'))).toEqual({ status: 'busy' });
    const page = await gate.readEvents(0, { ms: 0, seq: 0 }, 2);
    expect(page).toMatchObject({ backlog: 3 });
    const rest = await gate.readEvents(0, page.entries.at(-1)!.id, 2);
    expect(rest).toMatchObject({ backlog: 0 });
    await gate.trim(settled(rest.entries.at(-1)!.id, 3));
    expect(await bench.redis.xlen(bench.key('ev'))).toBe(3);
    for (const id of ['d', 'e', 'f']) {
      expect(await gate.sell(sale(id))).toMatchObject({ status: 'sold' });
    }
    expect(await gate.sell(sale('g'))).toEqual({ status: 'busy' });
    const next = await gate.readEvents(0, rest.entries.at(-1)!.id, 2);
    expect(next).toMatchObject({ backlog: 1 });
  });
});
