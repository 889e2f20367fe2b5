import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertProducts } from '../support/catalogue-rows.ts';
import { startOwnCluster } from '../support/drills/own-cluster.ts';
import type { OwnCluster } from '../support/drills/own-cluster.ts';
import { createInstallation } from '../support/installation.ts';
import type { Installation } from '../support/installation.ts';
import { aloneWithRuns } from '../support/loadtest.ts';
import { testServers } from '../support/servers.ts';

/** Every command that asks Redis, on a cluster of three masters. */

let cluster: OwnCluster;
let inv: Installation;
let env: Readonly<Record<string, string>>;
beforeAll(async () => {
  cluster = await startOwnCluster();
  inv = await createInstallation();
  const [first, second] = cluster.masters;
  env = {
    INV_REDIS_URL: `redis://127.0.0.1:${first!.port}`,
    INV_REDIS_CLUSTER_NODES: `127.0.0.1:${second!.port}`,
    INV_POOLS_SHARDS: '4',
    INV_LOADTEST_ALLOWED: 'true',
  };
  await insertProducts(inv.database, [{ sku: 'MUG' }]);
  await inv.json(['stock', 'in', 'MUG', '100'], { env });
});
afterAll(async () => {
  await inv.close();
  await cluster.close();
});

const json = (...args: readonly string[]) => inv.json(args, { env });

describe('pools on a cluster', () => {
  it('are opened, sold, held, confirmed, settled and closed', async () => {
    await json('pool', 'open', 'MUG', '40', '--shard-buckets', '4');
    expect(await json('order', 'place', 'MUG', '3')).toMatchObject({ state: 'accepted' });
    const held = await json('order', 'place', 'MUG', '2', '--hold', '15m');
    const { request_id: id } = held as { request_id: string };
    expect(await json('order', 'confirm', id)).toMatchObject({ state: 'accepted' });
    expect(await json('worker', 'once')).toMatchObject({ settled: 2 });
    expect(await json('order', 'show', id)).toMatchObject({ state: 'settled' });
    expect(await json('reconcile')).toMatchObject({ status: 'clean' });
    await json('pool', 'close', 'MUG', '--yes');
    expect(await json('stock', 'show', 'MUG')).toMatchObject({ on_hand: 95, reserved: 0 });
  });

  it('are sold from by stock out, also with locks in Redis', async () => {
    await json('stock', 'out', 'MUG', '1', '--strategy', 'lock');
    await json('pool', 'open', 'MUG', '10');
    await json('stock', 'out', 'MUG', '1', '--strategy', 'lua');
    await json('worker', 'once');
    expect(await json('stock', 'show', 'MUG')).toMatchObject({ on_hand: 93 });
  });
});

describe('a bench on a cluster', () => {
  aloneWithRuns();
  it('compares pools with plain counters, and leaves no key on any node', async () => {
    const socket = encodeURIComponent(testServers().mysqlSocket);
    const admin = { ...env, INV_MYSQL_URL: `mysql://inv_admin@localhost/mysql?socket=${socket}` };
    const run = ['bench', 'lua', '--duration', '1s', '--rounds', '1'];
    const { variants } = (await inv.json(run, { env: admin })) as { variants: object[] };
    expect(variants.length).toBeGreaterThan(0);
    const keys = await Promise.all(cluster.masters.map((node) => node.ask('KEYS', '*')));
    const others = keys.flat().filter((key) => !String(key).startsWith(inv.database.name));
    expect(others).toEqual([]);
  });
});

describe('what is asked of a server', () => {
  it('is asked of every node by the doctor', async () => {
    const third = cluster.masters[2]!;
    await third.ask('CONFIG', 'SET', 'appendfsync', 'everysec');
    const { stdout } = await inv.run(['doctor', '--json'], { env });
    const { checks } = JSON.parse(stdout) as { checks: { id: string }[] };
    expect(checks.find(({ id }) => id === 'redis.durability')).toMatchObject({ status: 'ok' });
    expect(checks.find(({ id }) => id === 'redis.cluster')).toMatchObject({
      status: 'warn',
      message: expect.stringContaining(`127.0.0.1:${third.port}: acknowledgement level`) as string,
    });
    await third.ask('CONFIG', 'SET', 'appendfsync', 'always');
  });

  it('a policy of any node that throws keys away is refused', async () => {
    const third = cluster.masters[2]!;
    await third.ask('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    for (const args of [
      ['worker', 'once'],
      ['pool', 'open', 'MUG', '1'],
    ]) {
      expect(await inv.refused(args, { env })).toEqual([78, 'BAD_CONFIGURATION']);
    }
    expect(await json('reconcile').catch(String)).toContain('exit 6');
    await third.ask('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    expect(await json('reconcile')).toMatchObject({ status: 'clean' });
  });
});

describe('a configuration that does not fit', () => {
  it('a database other than 0 is refused, and nodes of a server of its own', async () => {
    const place = ['order', 'place', 'MUG', '1', '--request-id', 'x'];
    const other = { ...env, INV_REDIS_URL: `${env['INV_REDIS_URL']}/1` };
    expect(await inv.refused(place, { env: other })).toEqual([78, 'BAD_CONFIGURATION']);
    const alone = { INV_REDIS_CLUSTER_NODES: '127.0.0.1:1' };
    expect(await inv.refused(place, { env: alone })).toEqual([78, 'BAD_CONFIGURATION']);
    const nonsense = { INV_REDIS_CLUSTER_NODES: 'one two' };
    expect(await inv.refused(place, { env: nonsense })).toEqual([78, 'BAD_CONFIGURATION']);
  });
});
