import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adopt, bucketOf, holdOf, openGate, openPools, sale } from '../../support/pool-gate.ts';
import type { GateBench } from '../../support/pool-gate.ts';

let bench: GateBench;
beforeEach(() => {
  bench = openGate();
});
afterEach(() => bench.close());

const bucketNow = async () => (await bench.gate.snapshot(0)).buckets[0];
const damage = (field: string, by: number) => bench.redis.hincrby(bench.key('p:1'), field, by);
const withdrawal = { generation: 1, bucket: bucketOf(), quantity: 5 };

describe('converge', () => {
  it('creates a bucket once an epoch, and only where nothing is settled', async () => {
    const { gate, redis } = bench;
    expect(await gate.converge(1, bucketOf(), null)).toEqual({ status: 'fenced' });
    await adopt(gate);
    expect(await gate.converge(2, bucketOf(), null)).toEqual({ status: 'fenced' });
    expect(await gate.converge(1, bucketOf({ settledSeq: 1 }), null)).toEqual({
      status: 'missing',
    });
    expect(await gate.converge(1, bucketOf(), null)).toEqual({ status: 'created' });
    expect(await gate.converge(1, bucketOf(), null)).toEqual({ status: 'ok', repaired: 0 });
    await redis.del(bench.key('p:1'));
    expect(await gate.converge(1, bucketOf(), null)).toEqual({ status: 'missing' });
    const next = bucketOf({ epoch: 2, grantVersion: 2 });
    expect(await gate.converge(1, next, null)).toEqual({ status: 'created' });
    expect((await gate.snapshot(0)).createdEpochs).toEqual(new Map([[1, 2]]));
  });

  it('opens a bucket again when its last epoch is used up, without its buyers', async () => {
    const { gate, redis } = bench;
    const first = bucketOf({ delegated: 5, terms: { perBuyer: 5 } });
    await openPools(gate, [first]);
    const note = { ...sale('x').note, buyer: 'ann' };
    await gate.sell(sale('s', { quantity: 4, note }));
    const second = { ...first, epoch: 2, grantVersion: 2, delegated: 9 };
    expect(await gate.converge(1, second, null)).toEqual({ status: 'epoch' });
    await gate.withdraw({ ...withdrawal, bucket: first, requestId: 'w' });
    await gate.drop(1, first);
    expect(await gate.converge(1, second, null)).toEqual({ status: 'created' });
    expect(await gate.converge(1, first, null)).toEqual({ status: 'epoch' });
    expect(await redis.exists(bench.key('b:1'))).toBe(0);
    expect(await bucketNow()).toMatchObject({ epoch: 2, state: 'open', avail: 9, cum: 0, seq: 0 });
  });

  it('takes the later grant and no older one, at any time', async () => {
    const { gate } = bench;
    const bucket = bucketOf();
    await openPools(gate, [bucket]);
    await gate.sell(sale('s', { quantity: 30 }));
    await gate.hold(holdOf('h', { quantity: 20 }));
    const later = {
      ...bucket,
      grantVersion: 3,
      delegated: 150,
      terms: { ...bucket.terms, floor: 7 },
    };
    expect(await gate.converge(1, later, 44)).toEqual({ status: 'ok', repaired: 0 });
    expect(await bucketNow()).toMatchObject({ avail: 100, held: 20, cum: 30, floor: 7 });
    expect(await gate.converge(1, { ...bucket, grantVersion: 2 }, null)).toEqual({
      status: 'stale',
    });
    expect(await gate.converge(1, { ...later, delegated: 151 }, null)).toEqual({ status: 'fork' });
    expect(await bucketNow()).toMatchObject({ avail: 100, delegated: 150, grantVersion: 3 });
    expect(await bench.redis.hget(bench.key('p:1'), 'loss_limit')).toBe('44');
  });

  it('never opens what has begun to close', async () => {
    const { gate } = bench;
    await openPools(gate, [bucketOf()]);
    await gate.close(1, bucketOf());
    expect(await gate.converge(1, bucketOf(), null)).toEqual({ status: 'ok', repaired: 0 });
    expect(await bucketNow()).toMatchObject({ state: 'closing' });
  });

  it('keeps the directory right, whatever became of it', async () => {
    const { gate, redis } = bench;
    const places = { sku: 'MUG', productId: 3 };
    const first = bucketOf({ id: 1, ...places });
    const second = bucketOf({ id: 2, poolId: 1, bucket: 1, ...places });
    await openPools(gate, [first, second]);
    const ids = async () =>
      (await gate.locate('MUG', 'MAIN')).buckets.map((found) => found.bucketId);
    expect(await ids()).toEqual([1, 2]);
    await redis.del(bench.key('dir'));
    expect(await ids()).toEqual([]);
    await gate.converge(1, second, null);
    await gate.converge(1, first, null);
    expect(await ids()).toEqual([2, 1]);
    await gate.drop(1, first);
    expect(await ids()).toEqual([2]);
    // Another pool of the same product: what is left of the one before is out of date.
    expect(await gate.converge(1, bucketOf({ id: 5, ...places }), null)).toEqual({
      status: 'created',
    });
    expect(await ids()).toEqual([5]);
    expect((await gate.locate('MUG', 'OTHER')).buckets).toEqual([]);
  });
});

describe('a repair', () => {
  beforeEach(async () => {
    const { gate } = bench;
    await openPools(gate, [bucketOf(), bucketOf({ id: 2 })]);
    await gate.sell(sale('s1', { quantity: 10 }));
    await gate.hold(holdOf('h1', { quantity: 7 }));
    await gate.withdraw({ ...withdrawal, requestId: 'w' });
    await gate.sell(sale('other', { bucketId: 2 }));
  });
  const right = { avail: 78, held: 7, cum: 15, ret: 5, seq: 2, isSound: true };

  it.each([
    ['avail', 3, -3],
    ['avail', -5, 5],
    ['cum', 4, 0],
    ['held', 2, 0],
    ['ret', 1, 0],
  ])('finds %s changed by %i from the last event and the holds', async (field, by, repaired) => {
    const { gate, redis } = bench;
    await damage(field, by);
    // The identity does not see everything; what it does not see, nobody sells by.
    if (field !== 'ret') expect(await bucketNow()).toMatchObject({ isSound: false });
    expect(await gate.converge(1, bucketOf(), null)).toEqual({ status: 'ok', repaired });
    if (field === 'ret') return;
    expect(await bucketNow()).toMatchObject(right);
    const [note] = await redis.lrange(bench.key('audit'), 0, -1);
    expect(JSON.parse(note!)).toMatchObject({ bucket: '1', repaired: String(repaired) });
    expect(await gate.converge(1, bucketOf(), null)).toEqual({ status: 'ok', repaired: 0 });
    expect(await redis.llen(bench.key('audit'))).toBe(1);
  });

  it('sees a held that the holds do not add up to, though the identity holds', async () => {
    await damage('held', 5);
    await damage('avail', -5);
    expect(await bucketNow()).toMatchObject({ isSound: false });
    expect(await bench.gate.converge(1, bucketOf(), null)).toEqual({ status: 'ok', repaired: 5 });
    expect(await bucketNow()).toMatchObject(right);
  });

  it.each(['avail', 'held', 'cum', 'seq', 'ret', 'acum', 'floor', 'D', 'state'])(
    'mends a %s that is no number',
    async (field) => {
      await bench.redis.hset(bench.key('p:1'), field, 'x');
      const answer = await bench.gate.converge(1, bucketOf(), null);
      expect(answer).toMatchObject({ status: 'ok' });
      expect(await bucketNow()).toMatchObject({ ...right, delegated: 100, state: 'open' });
    },
  );

  it('counts from the books where everything is settled, and waits where it is not', async () => {
    const { gate, redis } = bench;
    await redis.call('XTRIM', bench.key('ev'), 'MAXLEN', '0');
    await damage('cum', 1);
    const books = { settledCum: 15, settledRet: 5 };
    expect(await gate.converge(1, bucketOf({ settledSeq: 1, ...books }), null)).toEqual({
      status: 'retry',
    });
    expect(await bucketNow()).toMatchObject({ isSound: false });
    expect(await gate.converge(1, bucketOf({ settledSeq: 2, ...books }), null)).toEqual({
      status: 'ok',
      repaired: 0,
    });
    expect(await bucketNow()).toMatchObject(right);
  });

  it('does not take an event for the last one when later ones were lost', async () => {
    const { gate, redis } = bench;
    await gate.sell(sale('lost', { quantity: 4 }));
    const [last] = await redis.xrevrange(bench.key('ev'), '+', '-', 'COUNT', 1);
    await redis.xdel(bench.key('ev'), last![0]);
    await damage('avail', 4);
    const unsettled = bucketOf({ settledSeq: 2, settledCum: 15, settledRet: 5 });
    expect(await gate.converge(1, unsettled, null)).toEqual({ status: 'retry' });
    const settled = bucketOf({ settledSeq: 3, settledCum: 19, settledRet: 5 });
    expect(await gate.converge(1, settled, null)).toEqual({ status: 'ok', repaired: -4 });
    expect(await bucketNow()).toMatchObject({ avail: 74, held: 7, cum: 19, seq: 3, isSound: true });
  });

  it('leaves it to recovery where nothing proves the numbering', async () => {
    const { gate, redis } = bench;
    await redis.call('XTRIM', bench.key('ev'), 'MAXLEN', '0');
    await redis.hset(bench.key('p:1'), 'seq', 'x');
    expect(await gate.converge(1, bucketOf(), null)).toEqual({ status: 'missing' });
    await redis.hset(bench.key('p:1'), 'seq', '2', 'gv', 'x');
    expect(await gate.converge(1, bucketOf(), null)).toEqual({ status: 'missing' });
  });

  it('leaves a debt that is not sold on: below zero nothing is for sale and nothing to withdraw', async () => {
    const { gate, redis } = bench;
    await redis.hset(bench.key('p:1'), 'avail', '-5', 'cum', '98');
    expect(await bucketNow()).toMatchObject({ isSound: true });
    const no = { status: 'no', reason: 'sold_out', available: 0 };
    expect(await gate.sell(sale('next'))).toEqual(no);
    expect(await gate.withdraw({ ...withdrawal, requestId: 'w2' })).toEqual({ status: 'zero' });
    expect(await gate.release(sale('h1'))).toBe('released');
    expect(await gate.sell(sale('last', { quantity: 3 }))).toEqual({ ...no, available: 2 });
  });
});

describe('closing', () => {
  it('gives all holds back, however many, and lets a damaged bucket wait for its repair', async () => {
    const { gate, redis } = bench;
    await openPools(gate, [bucketOf({ delegated: 5000 })]);
    const ids = Array.from({ length: 2500 }, (_, at) => `h${at}`);
    await Promise.all(ids.map((id) => gate.hold(holdOf(id))));
    await damage('avail', 1);
    expect(await gate.close(1, bucketOf({ delegated: 5000 }))).toBe('ok');
    expect(await bucketNow()).toMatchObject({ held: 2500, state: 'closing' });
    await damage('avail', -1);
    expect(await gate.close(1, bucketOf({ delegated: 5000 }))).toBe('ok');
    expect(await bucketNow()).toMatchObject({ held: 0, avail: 5000 });
    expect(await redis.exists(bench.key('h:1'), bench.key('due'))).toBe(0);
    expect(await gate.findRecord(0, 'h17')).toMatchObject({ status: 'no', reason: 'no_hold' });
    expect(await gate.close(1, bucketOf({ epoch: 2 }))).toBe('epoch');
    expect(await gate.close(2, bucketOf())).toBe('fenced');
    expect(await gate.close(1, bucketOf({ id: 9 }))).toBe('no_pool');
    expect(await gate.drop(1, bucketOf({ epoch: 2 }))).toBe('epoch');
    expect(await gate.drop(2, bucketOf())).toBe('fenced');
    expect(await gate.drop(1, bucketOf({ id: 9 }))).toBe('ok');
  });

  it('withdraws with an answer for every case', async () => {
    const { gate } = bench;
    await openPools(gate, [bucketOf()]);
    const ask = (requestId: string, changes = {}) =>
      gate.withdraw({ ...withdrawal, requestId, ...changes });
    expect(await ask('a', { generation: 2 })).toEqual({ status: 'fenced' });
    expect(await ask('a', { bucket: bucketOf({ id: 9 }) })).toEqual({ status: 'no_pool' });
    expect(await ask('a', { bucket: bucketOf({ epoch: 2 }) })).toEqual({ status: 'epoch' });
    expect(await ask('a', { quantity: 0 })).toEqual({ status: 'zero' });
    expect(await ask('a')).toEqual({ status: 'returned', quantity: 5 });
    expect(await ask('a')).toEqual({ status: 'known' });
    expect(await bucketNow()).toMatchObject({ avail: 95, cum: 5, ret: 5, seq: 1 });
  });
});
