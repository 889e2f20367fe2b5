import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PoolChange } from '../../../src/ports/pool-commands.ts';
import { checksumOfRows, violations } from '../../support/ledger-proof.ts';
import { createStream, sellerOf } from '../../support/pool-events.ts';
import { createPoolLedger, done, openRequest, writeAs } from '../../support/pool-ledger.ts';
import type { PoolLedger } from '../../support/pool-ledger.ts';
import { createStrategy } from '../../support/strategies.ts';

const FINGERPRINT = 'b'.repeat(64);
const OTHER_FINGERPRINT = 'c'.repeat(64);

let ledger: PoolLedger;
const stream = createStream();
let requests = 0;
const newWrite = () => {
  requests += 1;
  return writeAs(`command-${requests}`);
};
beforeAll(async () => {
  ledger = await createPoolLedger();
});
afterAll(() => ledger.close());
afterEach(async () => {
  expect(await violations(ledger.books.database)).toEqual({});
});

/** Changes nothing at all: every row of every table is as it was. */
async function refuses(act: () => Promise<PoolChange>, change: PoolChange): Promise<void> {
  const before = await checksumOfRows(ledger.books.database);
  expect(await act()).toEqual(change);
  expect(await checksumOfRows(ledger.books.database)).toEqual(before);
}

const poolOf = (productId: number) => ({ productId, locationId: 1, fingerprint: FINGERPRINT });

/** Everything that a pool has comes back, and it is closed. */
async function closeEmpty(productId: number): Promise<void> {
  const buckets = done(await ledger.pools.beginClose(poolOf(productId), newWrite()));
  for (const bucket of buckets) {
    const seller = sellerOf(bucket);
    seller.seq = bucket.settledSeq;
    seller.cum = bucket.settledCum;
    seller.ret = bucket.settledRet;
    const left = bucket.delegated - bucket.settledCum;
    if (left > 0) {
      const id = `back-${bucket.id}-${bucket.epoch}`;
      const outcome = await ledger.settle(stream([seller.giveBack(id, left)]), {
        shard: bucket.shard,
      });
      expect(outcome).toMatchObject({ status: 'settled', alarms: [] });
    }
    expect(await ledger.pools.endClose(bucket.id)).toBe(true);
  }
}

describe('opening a pool', () => {
  it('is refused when the units are not free, one short or many', async () => {
    const { productId } = await ledger.stocked(10);
    await ledger.open((await ledger.stocked(1)).productId, 1);
    const short = { status: 'insufficient', onHand: 10, reserved: 0 } as const;
    for (const quantity of [11, 1e12]) {
      await refuses(() => ledger.pools.open(openRequest(productId, quantity), newWrite()), short);
    }
    const { productId: empty } = await ledger.stocked(0);
    await refuses(() => ledger.pools.open(openRequest(empty, 1), newWrite()), {
      status: 'insufficient',
      onHand: 0,
      reserved: 0,
    });
    done(await ledger.pools.open(openRequest(productId, 10), newWrite()));
    expect(await ledger.stock(productId)).toEqual({ onHand: 10, reserved: 10 });
  });

  it('is refused where one is open or closing', async () => {
    const { productId } = await ledger.stocked(10);
    await ledger.open(productId, 5);
    const open = () => ledger.pools.open(openRequest(productId, 1), newWrite());
    await refuses(open, { status: 'already_open' });
    done(await ledger.pools.beginClose(poolOf(productId), newWrite()));
    await refuses(open, { status: 'already_open' });
  });

  it('is refused for what is archived', async () => {
    const { productId, sku } = await ledger.stocked(10);
    await ledger.books.addLocations([{ code: 'OLD', status: 'archived' }]);
    const [place] = await ledger.books.database.sql("SELECT id FROM locations WHERE code = 'OLD'");
    await refuses(
      () =>
        ledger.pools.open(
          openRequest(productId, 1, { locationId: Number(place?.['id']) }),
          newWrite(),
        ),
      { status: 'archived', what: 'location OLD' },
    );
    await ledger.books.database.sql("UPDATE products SET status = 'archived' WHERE sku = ?", [sku]);
    await refuses(() => ledger.pools.open(openRequest(productId, 1), newWrite()), {
      status: 'archived',
      what: `product ${sku}`,
    });
  });

  it('is refused with a request id that stands for something else', async () => {
    const { productId, sku } = await ledger.stocked(10);
    const write = newWrite();
    done(await ledger.pools.open(openRequest(productId, 5), write));
    await refuses(
      () => ledger.pools.open(openRequest(productId, 5, { fingerprint: OTHER_FINGERPRINT }), write),
      { status: 'conflict' },
    );
    await refuses(() => ledger.pools.topUp({ ...openRequest(productId, 5), quantity: 5 }, write), {
      status: 'conflict',
    });
    const posted = writeAs(`stock-${sku}`);
    const { productId: second } = await ledger.stocked(10);
    await refuses(() => ledger.pools.open(openRequest(second, 5), posted), { status: 'conflict' });
  });

  it('on trial says what it would do and leaves nothing', async () => {
    const { productId } = await ledger.stocked(10);
    const before = await checksumOfRows(ledger.books.database);
    const write = { ...newWrite(), dryRun: true };
    const change = await ledger.pools.open(openRequest(productId, 4, { buckets: 2 }), write);
    expect(done(change).map(({ delegated }) => delegated)).toEqual([2, 2]);
    expect(await checksumOfRows(ledger.books.database)).toBe(before);
  });

  it('spreads units and floor evenly over buckets, and buckets over shards', async () => {
    const { productId, sku } = await ledger.stocked(100);
    const terms = { floor: 5, perBuyer: 2, startsAtMs: 1000, endsAtMs: 2000 };
    const request = openRequest(productId, 11, { buckets: 3, shards: 2, terms });
    const buckets = done(await ledger.pools.open(request, newWrite()));
    const [first] = buckets;
    const common = {
      poolId: first?.id,
      sku,
      epoch: 1,
      saleEpoch: 1,
      grantVersion: 1,
      state: 'open',
    };
    expect(buckets).toMatchObject([
      { ...common, bucket: 0, delegated: 4, terms: { ...terms, floor: 2 } },
      { ...common, bucket: 1, delegated: 4, terms: { ...terms, floor: 2 } },
      { ...common, bucket: 2, delegated: 3, terms: { ...terms, floor: 1 } },
    ]);
    const offset = (productId + 1) % 2;
    expect(buckets.map(({ shard }) => shard)).toEqual([offset, 1 - offset, offset]);
    expect(await ledger.pools.buckets({ productId, includeClosed: false })).toEqual(buckets);
  });

  it('again, after it was closed, begins a new epoch on the same rows', async () => {
    const { productId } = await ledger.stocked(100);
    const first = await ledger.open(productId, 30, { buckets: 3 });
    await closeEmpty(productId);
    expect(await ledger.stock(productId)).toEqual({ onHand: 100, reserved: 0 });
    const version = async () =>
      (await ledger.pools.shard(0, { includeClosed: false })).progress.version;
    const before = await version();
    const fewer = await ledger.open(productId, 7, { buckets: 2 });
    const common = { state: 'open', epoch: 2, saleEpoch: 2, grantVersion: 2, settledSeq: 0 };
    expect(fewer).toMatchObject([
      { ...common, id: first[0]?.id, delegated: 4, settledCum: 0, returned: 0 },
      { ...common, id: first[1]?.id, delegated: 3, settledCum: 0, returned: 0 },
    ]);
    expect(fewer).toHaveLength(2);
    expect(await version()).toBe(before + 1);
    await closeEmpty(productId);
    const more = await ledger.open(productId, 40, { buckets: 4 });
    expect(more.map(({ epoch, poolId }) => [epoch, poolId])).toEqual([
      [3, first[0]?.id],
      [3, first[0]?.id],
      [2, first[0]?.id],
      [1, first[0]?.id],
    ]);
  });

  it('moves a bucket of an earlier sale off a shard that is in use no more', async () => {
    const { productId } = await ledger.stocked(10);
    const shards = [
      ...new Set(
        (await ledger.open(productId, 8, { buckets: 4, shards: 4 })).map(({ shard }) => shard),
      ),
    ];
    expect(shards.sort()).toEqual([0, 1, 2, 3]);
    await closeEmpty(productId);
    const again = await ledger.open(productId, 8, { buckets: 4, shards: 1 });
    expect(again.map(({ shard }) => shard)).toEqual([0, 0, 0, 0]);
  });
});

describe('a command of an open pool', () => {
  it('is refused when there is none, or none any more', async () => {
    const { productId } = await ledger.stocked(10);
    const topUp = () => ledger.pools.topUp({ ...poolOf(productId), quantity: 1 }, newWrite());
    const close = () => ledger.pools.beginClose(poolOf(productId), newWrite());
    await refuses(topUp, { status: 'not_open' });
    await refuses(close, { status: 'not_open' });
    await ledger.open(productId, 5);
    done(await close());
    await refuses(topUp, { status: 'not_open' });
    await refuses(close, { status: 'not_open' });
  });

  it('is refused, all of it, when the units are not free', async () => {
    const { productId } = await ledger.stocked(10);
    await ledger.open(productId, 5, { buckets: 2 });
    await refuses(() => ledger.pools.topUp({ ...poolOf(productId), quantity: 6 }, newWrite()), {
      status: 'insufficient',
      onHand: 10,
      reserved: 5,
    });
  });

  it('hands more units over, which raises the grants of the buckets that get some', async () => {
    const { productId } = await ledger.stocked(10);
    await ledger.open(productId, 2, { buckets: 2 });
    const buckets = done(
      await ledger.pools.topUp({ ...poolOf(productId), quantity: 1 }, newWrite()),
    );
    expect(buckets.map(({ delegated, grantVersion }) => [delegated, grantVersion])).toEqual([
      [2, 2],
      [1, 1],
    ]);
    expect(await ledger.stock(productId)).toEqual({ onHand: 10, reserved: 3 });
  });

  it('closes only what is settled to the last unit', async () => {
    const { productId } = await ledger.stocked(10);
    const [bucket] = await ledger.open(productId, 5);
    expect(await ledger.pools.endClose(bucket!.id)).toBe(false);
    done(await ledger.pools.beginClose(poolOf(productId), newWrite()));
    const seller = sellerOf(bucket!);
    await ledger.settle(stream([seller.sell('last-but-one', 4)]));
    expect(await ledger.pools.endClose(bucket!.id)).toBe(false);
    await ledger.settle(stream([seller.giveBack('last', 1)]));
    expect(await ledger.pools.endClose(bucket!.id)).toBe(true);
    expect(await ledger.pools.endClose(bucket!.id)).toBe(true);
    expect(await ledger.stock(productId)).toEqual({ onHand: 6, reserved: 0 });
  });

  it('is refused on a frozen shard', async () => {
    const { productId } = await ledger.stocked(10);
    const { productId: other } = await ledger.stocked(10);
    await ledger.open(productId, 5);
    await ledger.pools.freeze(0, 'a person has to look');
    const frozen = { status: 'frozen' } as const;
    await refuses(
      () => ledger.pools.topUp({ ...poolOf(productId), quantity: 1 }, newWrite()),
      frozen,
    );
    await refuses(() => ledger.pools.beginClose(poolOf(productId), newWrite()), frozen);
    await refuses(() => ledger.pools.open(openRequest(other, 1), newWrite()), frozen);
    await ledger.pools.unfreeze(0);
    done(await ledger.pools.topUp({ ...poolOf(productId), quantity: 1 }, newWrite()));
  });
});

describe('twenty at the same time', () => {
  const twenty = <T>(act: (at: number) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: 20 }, (_, at) => act(at)));

  it('with one request id open one pool, and all are told of it', async () => {
    const { productId } = await ledger.stocked(100);
    const write = newWrite();
    const changes = await twenty(() =>
      ledger.pools.open(openRequest(productId, 10, { buckets: 2 }), write),
    );
    const replayed = changes.map((change) => change.status === 'done' && change.replayed);
    expect(replayed.filter((again) => !again)).toHaveLength(1);
    expect(new Set(changes.map((change) => JSON.stringify(done(change)))).size).toBe(1);
    expect(await ledger.stock(productId)).toEqual({ onHand: 100, reserved: 10 });
  });

  it('with ids of their own open one pool, on shards that nobody used before', async () => {
    const { productId } = await ledger.stocked(100);
    const changes = await twenty((at) =>
      ledger.pools.open(openRequest(productId, 10, { buckets: 2, shards: 2000 + at }), newWrite()),
    );
    const statuses = changes.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array.from({ length: 19 }, () => 'already_open'), 'done']);
    expect(await ledger.stock(productId)).toEqual({ onHand: 100, reserved: 10 });
  });

  it('hand over once with one id, and twenty times with twenty', async () => {
    const { productId } = await ledger.stocked(1000);
    await ledger.open(productId, 10, { buckets: 2 });
    const write = newWrite();
    const once = await twenty(() =>
      ledger.pools.topUp({ ...poolOf(productId), quantity: 5 }, write),
    );
    once.forEach(done);
    expect(await ledger.stock(productId)).toEqual({ onHand: 1000, reserved: 15 });
    const often = await twenty(() =>
      ledger.pools.topUp({ ...poolOf(productId), quantity: 5 }, newWrite()),
    );
    often.forEach(done);
    expect(await ledger.stock(productId)).toEqual({ onHand: 1000, reserved: 115 });
  });

  it('close one pool once, and never take what a sale outside of it took', async () => {
    const { productId, sku } = await ledger.stocked(20);
    const strategy = createStrategy('conditional', ledger.books.database.database);
    const [pool, outs] = await Promise.all([
      twenty(() => ledger.pools.open(openRequest(productId, 15), newWrite())),
      twenty((at) =>
        strategy.post(
          [ledger.books.draft({ id: `out-${sku}-${at}`, lines: [{ sku, quantity: -1 }] })],
          {
            atomic: true,
            dryRun: false,
          },
        ),
      ),
    ]);
    const taken = outs.flat().filter(({ status }) => status === 'posted').length;
    const isOpen = pool.some(({ status }) => status === 'done');
    expect(await ledger.stock(productId)).toEqual({
      onHand: 20 - taken,
      reserved: isOpen ? 15 : 0,
    });
    if (!isOpen) return;
    const write = newWrite();
    (await twenty(() => ledger.pools.beginClose(poolOf(productId), write))).forEach(done);
  });
});
