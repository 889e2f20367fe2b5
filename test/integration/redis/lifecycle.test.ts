import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adopt, bucketOf, holdOf, openGate, openPools, sale } from '../../support/pool-gate.ts';
import type { GateBench } from '../../support/pool-gate.ts';

let bench: GateBench;
beforeEach(() => {
  bench = openGate();
});
afterEach(() => bench.close());

describe('the life of a bucket', () => {
  it('is opened, topped up, closed, given back and dropped', async () => {
    const { gate } = bench;
    const bucket = bucketOf({ delegated: 10 });
    await openPools(gate, [bucket]);
    expect(await gate.locate('SKU-1', 'MAIN')).toEqual({
      serverTimeMs: expect.any(Number) as number,
      silent: new Map(),
      buckets: [
        { bucketId: 1, poolId: 1, bucket: 0, shard: 0, productId: 7, locationId: 1, generation: 1 },
      ],
    });
    const topped = { ...bucket, delegated: 15, grantVersion: 2 };
    expect(await gate.converge(1, topped, null)).toEqual({ status: 'ok', repaired: 0 });
    expect(await gate.sell(sale('s', { quantity: 4 }))).toMatchObject({ remaining: 11 });
    expect(await gate.hold(holdOf('h', { quantity: 5 }))).toMatchObject({ status: 'held' });
    expect(await gate.close(1, topped)).toBe('ok');
    expect(await gate.sell(sale('t'))).toMatchObject({ status: 'no', reason: 'closed' });
    const withdrawal = { generation: 1, bucket: topped, requestId: 'w', quantity: 1000 };
    expect(await gate.withdraw(withdrawal)).toEqual({ status: 'returned', quantity: 11 });
    expect(await gate.withdraw(withdrawal)).toEqual({ status: 'known' });
    expect(await gate.withdraw({ ...withdrawal, requestId: 'w2' })).toEqual({ status: 'zero' });
    expect((await gate.snapshot(0)).buckets).toEqual([
      {
        bucketId: 1,
        epoch: 1,
        state: 'closing',
        grantVersion: 2,
        delegated: 15,
        avail: 0,
        held: 0,
        seq: 2,
        cum: 15,
        ret: 11,
        acum: 0,
        floor: 0,
        isSound: true,
      },
    ]);
    expect(await gate.drop(1, topped)).toBe('ok');
    expect((await gate.locate('SKU-1', 'MAIN')).buckets).toEqual([]);
    const events = (await gate.readEvents(0, { ms: 0, seq: 0 }, 100)).entries.flatMap(
      (entry) => entry.events ?? [],
    );
    expect(events.map(({ kind, requestId }) => [kind, requestId])).toEqual([
      ['sale', 's'],
      ['held', 'h'],
      ['cancelled', 'h'],
      ['return', 'w'],
    ]);
    expect(
      await gate.findEvents({ shard: 0, bucketId: 1, epoch: 1, fromSeq: 1, toSeq: 2 }),
    ).toEqual([events[0], events[3]]);
  });

  it('confirms a hold, releases another, lets a third expire', async () => {
    const { gate } = bench;
    await openPools(gate, [bucketOf()]);
    for (const id of ['a', 'b', 'c', 'd']) {
      const isDue = id === 'c' || id === 'd';
      const deadlineMs = Date.now() + (isDue ? -1 : 60_000);
      expect(await gate.hold(holdOf(id, { quantity: 2, deadlineMs }))).toMatchObject({
        status: 'held',
      });
    }
    const { fingerprint, generation, bucketId, notAfterMs } = sale('a');
    const confirm = { shard: 0, generation, bucketId, fingerprint, notAfterMs };
    expect(await gate.confirm({ ...confirm, requestId: 'a' })).toMatchObject({
      status: 'sold',
      quantity: 2,
      seq: 1,
    });
    expect(await gate.confirm({ ...confirm, requestId: 'a' })).toMatchObject({ replayed: true });
    expect(await gate.release({ ...confirm, requestId: 'b' })).toBe('released');
    expect(await gate.release({ ...confirm, requestId: 'b' })).toBe('no_hold');
    // A hold that is due is gone, whether its units have been given back or not.
    const gone = { status: 'no', reason: 'no_hold', available: null };
    expect(await gate.confirm({ ...confirm, requestId: 'd' })).toEqual(gone);
    expect(await gate.expireDue(0, 1, 10)).toBe(1);
    expect(await gate.expireDue(0, 1, 10)).toBe(0);
    expect(await gate.confirm({ ...confirm, requestId: 'c' })).toEqual(gone);
    expect((await gate.snapshot(0)).buckets[0]).toMatchObject({ avail: 98, held: 0, cum: 2 });
    expect(await gate.findRequest('a')).toMatchObject({
      found: {
        shard: 0,
        generation: 1,
        record: { status: 'sold', place: { sku: 'SKU-1', location: 'MAIN', poolId: 1 } },
      },
    });
    expect(await gate.findRequest('d')).toMatchObject({
      found: { record: { status: 'no', reason: 'no_hold', ended: { as: 'expired', quantity: 2 } } },
    });
    expect(await gate.findRequest('b')).toMatchObject({
      found: {
        record: {
          status: 'no',
          reason: 'no_hold',
          ended: { as: 'cancelled', quantity: 2, place: { sku: 'SKU-1' } },
        },
      },
    });
    const asked = ['a', 'nobody', 'd', 'b', 'a'];
    const together = await Promise.all(asked.map((id) => gate.findRequest(id)));
    for (const [at, requestId] of asked.entries()) {
      expect(together[at]?.found).toEqual((await gate.findRequest(requestId)).found);
    }
    expect(new Set(together.map(({ serverTimeMs }) => serverTimeMs)).size).toBe(1);
  });

  it('is rebuilt by a recovery and settled', async () => {
    const { gate } = bench;
    await openPools(gate, [bucketOf({ delegated: 10 })]);
    await gate.hold(holdOf('h', { quantity: 2 }));
    await gate.sell(sale('s', { quantity: 3 }));
    const [page] = [await gate.readEvents(0, { ms: 0, seq: 0 }, 100)];
    const upTo = page.entries.at(-1)!.id;
    await gate.trim({
      shard: 0,
      generation: 1,
      upTo,
      ackVersion: 4,
      ackToken: 'feed',
      buckets: [{ bucketId: 1, epoch: 1, settledCum: 3 }],
      retentionMs: 0,
    });
    expect(await gate.snapshot(0)).toMatchObject({
      ackVersion: 4,
      ackToken: 'feed',
      lastEntryId: null,
      lastGeneratedId: upTo,
      buckets: [{ acum: 3 }],
    });
    expect(await gate.begin(0, 2, 'beef')).toEqual({ status: 'begun', lossy: false });
    expect(await gate.sell(sale('x'))).toEqual({ status: 'fenced', generation: 2 });
    const rebuilt = bucketOf({ epoch: 2, delegated: 7, grantVersion: 2 });
    const extra = { lossLimit: null, buyers: [] };
    expect(await gate.load(2, 'dead', rebuilt, extra)).toBe('refused');
    expect(await gate.load(2, 'beef', rebuilt, extra)).toBe('ok');
    expect(await gate.adopt(0, 2, 'beef')).toBe('ok');
    expect(await gate.adopt(0, 2, 'beef')).toBe('refused');
    expect(await gate.sell(sale('y', { generation: 2, quantity: 7 }))).toMatchObject({ epoch: 2 });
    expect(await gate.begin(0, 2, 'f00d')).toEqual({ status: 'lost' });
    await adopt(gate, 3);
    expect(await gate.findRecord(0, 'h')).toMatchObject({ status: 'no', reason: 'no_hold' });
    expect(await gate.findRecord(0, 's')).toBeNull();
  });
});
