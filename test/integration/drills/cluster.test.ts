import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { keySlot } from '../../../src/adapters/redis/cluster/key-slot.ts';
import { countPromises } from '../../support/drills/history.ts';
import { lostUnits } from '../../support/drills/lost-units.ts';
import { startOwnCluster } from '../../support/drills/own-cluster.ts';
import type { OwnCluster, OwnClusterOptions } from '../../support/drills/own-cluster.ts';
import { openStall } from '../../support/drills/stall.ts';
import type { Stall } from '../../support/drills/stall.ts';
import { reconcile, reconcileOn } from '../../support/reconcile.ts';

/** Pools on three masters: shards 0 to 3 lie on the third, the second, the second and the first. */

const SHARDS = 4;
const UNITS = 3_000;

let cluster: OwnCluster;
let stall: Stall;
afterEach(async () => {
  await stall.close();
  await cluster.close();
});

async function start(options: OwnClusterOptions = {}): Promise<void> {
  cluster = await startOwnCluster(options);
  stall = await openStall({
    redisSocket: cluster.masters[0]!.socketPath,
    redisSockets: () => cluster.ownerSockets(),
    shards: SHARDS,
    budgetMs: 60_000,
  });
  await stall.addProduct('P', UNITS);
  await stall.shop.open('P', UNITS, SHARDS);
}

/** A worker that goes on until the drill is over. */
function keepWorking(): void {
  stall.background(async (signal) => {
    while (!signal.aborted) {
      await stall.shop.work().catch(() => undefined);
      await sleep(20);
    }
  });
}

async function generations(): Promise<readonly number[]> {
  const rows = await stall.database.sql(
    'SELECT shard, generation FROM settlement_progress ORDER BY shard',
  );
  return rows.map((row) => Number(row['generation']));
}

async function sellMore(traffic: ReturnType<Stall['traffic']>, count: number): Promise<void> {
  const { accepted = 0 } = countPromises(stall.history);
  await traffic.reached(accepted + count, 'accepted');
}

const metaOf = (shard: number): string => `${stall.keyPrefix}:{${shard}}:meta`;

it('puts a key into the slot that the server puts it into', async () => {
  await start();
  const [node] = cluster.masters;
  const keys = [
    '',
    'a',
    'a{b}c',
    'a{}c{d}',
    '{{a}}',
    '{}',
    'a}b{c',
    'ä{ö}',
    metaOf(63),
    '{lock}:x',
  ];
  const slots = await Promise.all(keys.map((key) => node!.ask('CLUSTER', 'KEYSLOT', key)));
  expect(keys.map(keySlot)).toEqual(slots);
});

it('sells on every node, each with the library, and settles what they sold', async () => {
  await start();
  const traffic = stall.traffic({ sku: 'P', duplicates: 0.2 });
  await traffic.reached(200, 'accepted');
  await traffic.stop();
  const owners = [0, 1, 2, 3].map((shard) => cluster.ownerOf(metaOf(shard)));
  expect(new Set(await Promise.all(owners)).size).toBe(3);
  for (const node of cluster.masters) {
    expect(JSON.stringify(await node.ask('FUNCTION', 'LIST'))).toContain('inv_pool');
  }
  await stall.prove({ supplied: new Map([['P', UNITS]]) });
  const result = await reconcile(reconcileOn(stall.database, { pools: stall.shop.pools }));
  expect(result).toMatchObject({ status: 'clean', findings: [], unchecked: [] });
});

describe('a slot that moves while its pool is sold', () => {
  it('is fenced at its new node until it is recovered there, and nothing is lost or sold twice', async () => {
    await start();
    const traffic = stall.traffic({ sku: 'P', duplicates: 0.3 });
    await sellMore(traffic, 50);
    const [first] = cluster.masters;
    const before = await generations();
    keepWorking();
    await cluster.moveSlotOf(metaOf(0), first!, { halfWay: () => sleep(100) });
    expect(await cluster.ownerOf(metaOf(0))).toBe(first);
    await sellMore(traffic, 100);
    await traffic.stop();
    await stall.prove({ supplied: new Map([['P', UNITS]]) });
    const [moved, ...stayed] = await generations();
    expect(moved).toBeGreaterThan(before[0]!);
    expect(stayed).toEqual(before.slice(1));
    expect(await stall.shop.pools.books.loss(0)).toBeNull();
  });

  it('and comes back, does not find its old fence open', async () => {
    await start();
    await stall.shop.work();
    const owner = await cluster.ownerOf(metaOf(0));
    await cluster.moveSlotOf(metaOf(0), cluster.masters[0]!);
    await stall.shop.work();
    await cluster.moveSlotOf(metaOf(0), owner);
    expect((await stall.shop.pools.gate.snapshot(0)).isOpen).toBe(false);
    const traffic = stall.traffic({ sku: 'P' });
    keepWorking();
    await sellMore(traffic, 50);
    await traffic.stop();
    await stall.prove({ supplied: new Map([['P', UNITS]]) });
  });
});

describe('a node that dies in the middle of a sale', () => {
  it('and is started again has all that it sold, and the other shards stay as they are', async () => {
    await start();
    const traffic = stall.traffic({ sku: 'P', duplicates: 0.3 });
    await sellMore(traffic, 50);
    const before = await generations();
    const second = cluster.masters[1]!;
    await second.kill();
    await second.start();
    keepWorking();
    await sellMore(traffic, 100);
    await traffic.stop();
    await stall.prove({ supplied: new Map([['P', UNITS]]) });
    const after = await generations();
    expect([after[0], after[3]]).toEqual([before[0], before[3]]);
    expect(after[1]).toBeGreaterThan(before[1]!);
    expect(after[2]).toBeGreaterThan(before[2]!);
    for (const shard of [0, 1, 2, 3]) {
      expect(await stall.shop.pools.books.loss(shard)).toBeNull();
    }
  });

  it('is not missed by whoever knows another one', async () => {
    await start();
    const [first, second, third] = cluster.masters;
    const at = (node = first!) => ({ host: '127.0.0.1', port: node.port });
    const shop = await stall.another({ redisNodes: [at(second), at(third)], budgetMs: 10_000 });
    await first!.kill();
    // Shard 3 is the only one that was there.
    for (const shard of [0, 1, 2]) {
      expect(await shop.pools.gate.snapshot(shard)).toMatchObject({ isOpen: true });
    }
    await expect(shop.pools.gate.snapshot(3)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await first!.start();
  });

  it('takes its own pools out of the sale, and no others', async () => {
    await start();
    const supplied = new Map([['P', UNITS]]);
    for (const sku of ['Q0', 'Q1', 'Q2', 'Q3', 'Q4', 'Q5', 'Q6', 'Q7']) {
      await stall.addProduct(sku, 10);
      await stall.shop.open(sku, 10);
      supplied.set(sku, 10);
    }
    const rows = await stall.database.sql(
      `SELECT s.sku, b.shard FROM pools b JOIN products s ON s.id = b.product_id WHERE s.sku <> 'P'`,
    );
    const isOnSecond = (shard: unknown): boolean => shard === 1 || shard === 2;
    expect(new Set(rows.map(({ shard }) => isOnSecond(shard))).size).toBe(2);
    const second = cluster.masters[1]!;
    await second.kill();
    const shop = await stall.another({ budgetMs: 10_000 });
    for (const [at, { sku, shard }] of rows.entries()) {
      const order = { requestId: `q-${at}`, sku: String(sku), quantity: 1 };
      const { promised } = await stall.history.record(order, shop.place);
      // Somebody else may have used the id, so that it did nothing is not known.
      expect([order, promised]).toEqual([order, isOnSecond(shard) ? 'unknown' : 'accepted']);
    }
    const part = { requestId: 'part', sku: 'P', quantity: 1 };
    expect(await stall.history.record(part, shop.place)).toMatchObject({
      promised: 'unknown',
    });
    await expect(stall.shop.work()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    const [booked] = await stall.database.sql(
      `SELECT COUNT(*) AS sales FROM postings WHERE kind = 'sale'`,
    );
    expect(booked?.['sales']).toBe(rows.filter(({ shard }) => !isOnSecond(shard)).length);
    await second.start();
    keepWorking();
    const traffic = stall.traffic({ sku: 'P' });
    await sellMore(traffic, 20);
    await traffic.stop();
    await stall.prove({ supplied });
  });

  it('and whose replica was behind: nothing is oversold, and the loss is told', async () => {
    await start({ hasReplicas: true });
    const traffic = stall.traffic({ sku: 'P', duplicates: 0.3 });
    await sellMore(traffic, 50);
    await stall.shop.work();
    const [victim, heir] = [cluster.masters[2]!, cluster.replicas[2]!];
    // What the master sells from here on never reaches its replica.
    heir.freeze();
    await victim.ask('CLIENT', 'KILL', 'TYPE', 'replica');
    await sellMore(traffic, 100);
    await victim.kill();
    heir.thaw();
    await cluster.takeOver(heir, victim);
    keepWorking();
    await sellMore(traffic, 100);
    expect(await cluster.ownerOf(metaOf(0))).toBe(heir);
    await traffic.stop();
    const lost = await lostUnits(stall);
    const told = await stall.shop.pools.books.loss(0);
    expect(lost).toBeGreaterThan(0);
    expect(told?.units).toBeGreaterThanOrEqual(lost);
    await stall.prove({ lostUnitsMax: lost, supplied: new Map([['P', UNITS]]) });
  });

  it('only hangs, and comes back when its replica has its slots: it sells nothing any more', async () => {
    await start({ hasReplicas: true });
    const traffic = stall.traffic({ sku: 'P', duplicates: 0.3 });
    await sellMore(traffic, 50);
    const [victim, heir] = [cluster.masters[2]!, cluster.replicas[2]!];
    victim.freeze();
    await cluster.takeOver(heir, victim);
    keepWorking();
    const shop = await stall.another({ redisSocket: heir.socketPath });
    const another = stall.traffic({ sku: 'P', name: 'another', place: shop.place });
    await sellMore(another, 100);
    // What waited in its connections is done now, and its answers go nowhere.
    victim.thaw();
    await sellMore(another, 50);
    await another.stop();
    await traffic.stop();
    const lost = await lostUnits(stall);
    const told = await stall.shop.pools.books.loss(0);
    expect(told?.units).toBeGreaterThanOrEqual(lost);
    await stall.prove({ lostUnitsMax: lost, supplied: new Map([['P', UNITS]]) });
  });
});
