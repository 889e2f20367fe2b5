import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adopt, bucketOf, holdOf, openGate, openPools, sale } from '../../support/pool-gate.ts';
import type { GateBench } from '../../support/pool-gate.ts';

let bench: GateBench;
beforeEach(() => {
  bench = openGate();
});
afterEach(() => bench.close());

const NOTHING = { lossLimit: null, buyers: [] };

describe('BEGIN and ADOPT', () => {
  it('count generations upwards only', async () => {
    const { gate } = bench;
    expect(await gate.begin(0, 5, 'a')).toEqual({ status: 'begun', lossy: true });
    expect(await gate.begin(0, 5, 'b')).toEqual({ status: 'lost' });
    expect(await gate.begin(0, 4, 'b')).toEqual({ status: 'lost' });
    expect(await gate.adopt(0, 4, 'a')).toBe('refused');
    expect(await gate.adopt(0, 5, 'b')).toBe('refused');
    expect(await gate.adopt(0, 5, 'a')).toBe('ok');
    expect(await gate.adopt(0, 5, 'a')).toBe('refused');
    expect(await gate.begin(0, 6, 'c')).toEqual({ status: 'begun', lossy: false });
    expect(await gate.adopt(0, 5, 'a')).toBe('refused');
    expect(await gate.snapshot(0)).toMatchObject({ generation: 6, isOpen: false });
  });

  it('remember a loss until somebody has adopted, through any number of BEGINs', async () => {
    const { gate } = bench;
    await adopt(gate);
    await bench.redis.hset(bench.key('meta'), 'token', 'of another time');
    expect(await gate.snapshot(0)).toMatchObject({ isOpen: false });
    for (const generation of [2, 3, 4]) {
      const begun = await gate.begin(0, generation, `t${generation}`);
      expect(begun).toEqual({ status: 'begun', lossy: true });
    }
    expect(await gate.adopt(0, 4, 't4')).toBe('ok');
    expect(await gate.begin(0, 5, 't5')).toEqual({ status: 'begun', lossy: false });
  });

  it('shut out everybody in between', async () => {
    const { gate } = bench;
    await openPools(gate, [bucketOf()]);
    await gate.hold(holdOf('h'));
    await gate.begin(0, 2, 'two');
    const fenced = { status: 'fenced', generation: 2 };
    for (const generation of [1, 2]) {
      const ids = { shard: 0, generation, bucketId: 1, requestId: 'h' };
      expect(await gate.sell(sale('s', { generation }))).toEqual(fenced);
      expect(await gate.confirm({ ...sale('h', { generation }) })).toEqual(fenced);
      expect(await gate.release(ids)).toBe('fenced');
      expect(await gate.expireDue(0, generation, 10)).toBe(0);
      expect(await gate.converge(generation, bucketOf(), null)).toEqual({ status: 'fenced' });
      expect(await gate.close(generation, bucketOf())).toBe('fenced');
      expect(await gate.drop(generation, bucketOf())).toBe('fenced');
    }
  });

  it('make an expiry wait as well', async () => {
    const { gate } = bench;
    await openPools(gate, [bucketOf()]);
    await gate.hold(holdOf('h', { deadlineMs: Date.now() - 1 }));
    await gate.begin(0, 2, 'two');
    expect(await gate.expireDue(0, 2, 10)).toBeNull();
    await gate.adopt(0, 2, 'two');
    expect(await gate.expireDue(0, 2, 10)).toBe(1);
  });

  it('do not open a shard for a generation of before', async () => {
    const { gate } = bench;
    await openPools(gate, [bucketOf()]);
    await adopt(gate, 2);
    expect(await gate.sell(sale('s'))).toEqual({ status: 'fenced', generation: 2 });
    expect(await gate.sell(sale('s', { generation: 3 }))).toEqual({
      status: 'fenced',
      generation: 2,
    });
    expect(await gate.sell(sale('s', { generation: 2 }))).toMatchObject({ status: 'sold' });
  });

  it('know shards and prefixes of one server apart', async () => {
    const other = openGate({ shards: 2 });
    try {
      await openPools(bench.gate, [bucketOf()]);
      await openPools(other.gate, [bucketOf()]);
      await adopt(other.gate, 1, { shard: 1 });
      await adopt(other.gate, 2, { shard: 1 });
      expect(await other.gate.sell(sale('s'))).toMatchObject({ status: 'sold' });
      expect(await bench.gate.sell(sale('s'))).toMatchObject({ status: 'sold' });
      // The keys of one, copied to the other, open nothing.
      await other.redis.copy(bench.key('meta'), other.key('meta'), 'REPLACE');
      expect(await other.gate.sell(sale('t'))).toEqual({ status: 'fenced', generation: 1 });
    } finally {
      await other.close();
    }
  });
});

describe('LOAD', () => {
  it('is refused to whoever does not hold the shard', async () => {
    const { gate } = bench;
    await adopt(gate, 1, { token: 'one' });
    expect(await gate.load(1, 'one', bucketOf(), NOTHING)).toBe('refused');
    await gate.begin(0, 2, 'two');
    expect(await gate.load(1, 'one', bucketOf(), NOTHING)).toBe('refused');
    expect(await gate.load(2, 'one', bucketOf(), NOTHING)).toBe('refused');
    expect(await gate.load(1, 'two', bucketOf(), NOTHING)).toBe('refused');
    expect(await gate.load(2, 'two', bucketOf(), NOTHING)).toBe('ok');
    await gate.begin(0, 3, 'three');
    const buyers: [string, number][] = [['ann', 1]];
    expect(await gate.load(2, 'two', bucketOf(), { lossLimit: null, buyers })).toBe('refused');
  });

  it('begins a bucket anew: no holds, no counters, the buyers of the books', async () => {
    const { gate, redis } = bench;
    const terms = { perBuyer: 9, floor: 2 };
    await openPools(gate, [bucketOf({ delegated: 5000, terms })]);
    const note = { ...sale('x').note, buyer: 'ann' };
    const ids = Array.from({ length: 2500 }, (_, at) => `h${at}`);
    await Promise.all(
      ids.map((id) => gate.hold(holdOf(id, { note: { ...note, buyer: `holder ${id}` } }))),
    );
    await gate.sell(sale('s', { quantity: 8, note }));
    await gate.begin(0, 2, 'two');
    const rebuilt = bucketOf({ epoch: 2, grantVersion: 2, delegated: 4990, terms });
    const buyers = Array.from({ length: 2500 }, (_, at): [string, number] => [`buyer ${at}`, 9]);
    expect(await gate.load(2, 'two', rebuilt, { lossLimit: 11, buyers })).toBe('ok');
    await gate.adopt(0, 2, 'two');
    expect((await gate.snapshot(0)).buckets).toEqual([
      {
        bucketId: 1,
        epoch: 2,
        state: 'open',
        grantVersion: 2,
        delegated: 4990,
        avail: 4990,
        held: 0,
        seq: 0,
        cum: 0,
        ret: 0,
        acum: 0,
        floor: 2,
        isSound: true,
      },
    ]);
    expect(await redis.exists(bench.key('h:1'), bench.key('due'))).toBe(0);
    expect(await gate.findRecord(0, 'h2499')).toMatchObject({
      ended: { as: 'cancelled', epoch: 1 },
    });
    // What was sold in an epoch that is over is in the books, or lost with old data: Redis cannot tell.
    expect(await redis.hget(bench.key('r'), 's')).toMatch(/^S/);
    expect(await gate.findRecord(0, 's')).toBeNull();
    const full = { ...note, buyer: 'buyer 2499' };
    const again = { generation: 2 };
    expect(await gate.sell(sale('t', { ...again, note: full }))).toMatchObject({ reason: 'limit' });
    expect(await gate.sell(sale('u', { ...again, note }))).toMatchObject({ epoch: 2, seq: 1 });
    expect(await gate.sell(sale('s', { ...again, note }))).toMatchObject({
      status: 'sold',
      replayed: false,
      seq: 2,
    });
    expect(await gate.confirm(sale('h1', again))).toMatchObject({
      status: 'no',
      reason: 'no_hold',
    });
    expect(await redis.hget(bench.key('p:1'), 'loss_limit')).toBe('11');
  });

  it('takes away what MySQL has closed', async () => {
    const { gate, redis } = bench;
    await openPools(gate, [bucketOf()]);
    await gate.sell(sale('s'));
    await gate.begin(0, 2, 'two');
    expect(await gate.load(2, 'two', bucketOf({ state: 'closed' }), NOTHING)).toBe('ok');
    await gate.adopt(0, 2, 'two');
    expect((await gate.snapshot(0)).buckets).toEqual([]);
    expect((await gate.locate('SKU-1', 'MAIN')).buckets).toEqual([]);
    expect(await gate.findRecord(0, 's')).toMatchObject({ status: 'sold', place: null });
    expect(await redis.hlen(bench.key('dir'))).toBe(0);
    // It had this epoch, so an old CONVERGE does not bring it back.
    expect(await gate.converge(2, bucketOf(), null)).toEqual({ status: 'missing' });
  });
});
