import { once } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openScene } from '../support/drills/scene.ts';
import type { Scene, SceneWorker } from '../support/drills/scene.ts';
import { byBinary } from '../support/drills/by-binary.ts';
import { projectRoot } from '../support/database.ts';
import { openShop } from '../support/drills/shop.ts';
import { openFaultProxy } from '../support/fault-proxy.ts';
import type { FaultProxy } from '../support/fault-proxy.ts';
import { testServers } from '../support/servers.ts';

/** Two workers on one shard, and the one with a batch in its hands is stopped for longer than its lease. */

vi.setConfig({ testTimeout: 120_000 });

const ORDERS = 100;
const PATIENCE = { timeout: 30_000, interval: 50 };
/** The other steps in after three heartbeats without a sign. */
const IMPATIENT = { INV_WORKER_HEARTBEAT_MS: '300' };

let scene: Scene;
let proxy: FaultProxy;
let reads: number;
/** Called when the worker behind the proxy has asked for events, before it is answered. */
let onRead: () => void;
beforeEach(async () => {
  proxy = await openFaultProxy(testServers().redisSocket);
  reads = 0;
  onRead = () => undefined;
  // Strikes nothing, and sees what the worker behind it asks.
  proxy.armEvery({
    at: (message) => {
      if (message.includes('read_events')) {
        reads += 1;
        onRead();
      }
      return false;
    },
    where: 'reply',
    how: 'cut',
  });
  scene = await openScene({ units: ORDERS * 2 });
});
afterEach(async () => {
  await scene.close();
  await proxy.close();
});

it('resumed, it finds its batch settled: exactly a hundred movement sets', async () => {
  const paused = await startWorker({ INV_REDIS_URL: `redis+unix:${proxy.socketPath}` });
  await expect.poll(() => reads, PATIENCE).toBeGreaterThan(0);
  proxy.delay(200);
  await sell('first');
  await expect.poll(settled, PATIENCE).toBe(ORDERS / 2);
  // A page with the next sale is on its way to it when it is stopped: it arrives, and is read later.
  let isStopped = false;
  onRead = () => {
    if (scene.history.invocations.length === ORDERS / 2 || isStopped) return;
    isStopped = paused.child.kill('SIGSTOP');
  };
  await sell('second');
  await expect.poll(() => isStopped, PATIENCE).toBe(true);
  proxy.delay(0);
  expect(await settled()).toBe(ORDERS / 2);

  const other = await startWorker();
  await expect.poll(settled, PATIENCE).toBe(ORDERS);
  const seen = reads;
  paused.child.kill('SIGCONT');
  await expect.poll(() => reads, PATIENCE).toBeGreaterThan(seen + 1);
  await paused.stop();
  await other.stop();
  expect(await settled()).toBe(ORDERS);
  const [row] = await scene.inv.database.sql(
    `SELECT COUNT(*) AS sets, COUNT(DISTINCT p.request_id) AS requests
       FROM postings p JOIN movements m ON m.posting_id = p.id WHERE p.kind = 'sale'`,
  );
  expect([Number(row?.['sets']), Number(row?.['requests'])]).toEqual([ORDERS, ORDERS]);
  await scene.history.record(
    { requestId: 'after', sku: scene.sku, quantity: 1 },
    byBinary(scene.inv),
  );
  await scene.prove();
});

/** Returns once it works and can be told to end. */
async function startWorker(env: Readonly<Record<string, string>> = {}): Promise<SceneWorker> {
  const worker = scene.startWorker({ ...IMPATIENT, ...env });
  if (worker.child.stderr !== null) await once(worker.child.stderr, 'data');
  return worker;
}

async function sell(name: string): Promise<void> {
  const { database } = scene.inv;
  const shop = await openShop({
    packageRoot: projectRoot,
    mysql: database.target,
    redisSocket: scene.redisSocket,
    keyPrefix: database.name,
  });
  const given = { name, writers: 10, requestsMax: ORDERS / 20, quantityMax: 1, duplicates: 0 };
  await scene.traffic({ place: shop.place, ...given }).done();
  await shop.close();
}

async function settled(): Promise<number> {
  const [row] = await scene.inv.database.sql('SELECT SUM(sold) AS sold FROM pools');
  return Number(row?.['sold']);
}
