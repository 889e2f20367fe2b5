import { afterEach, beforeEach, expect, it } from 'vitest';
import { byBinary } from '../support/drills/by-binary.ts';
import { countPromises } from '../support/drills/history.ts';
import { openScene } from '../support/drills/scene.ts';
import type { Scene } from '../support/drills/scene.ts';
import { seededRandom } from '../support/drills/seed.ts';
import { openFaultProxy } from '../support/fault-proxy.ts';
import type { FaultProxy } from '../support/fault-proxy.ts';
import { isSale } from '../support/order-faults.ts';
import { testServers } from '../support/servers.ts';

/** The rush of test/integration/drills in small, every order a process of its own. */

const UNITS = 15;

let proxy: FaultProxy;
let scene: Scene;
beforeEach(async () => {
  proxy = await openFaultProxy(testServers().redisSocket);
  scene = await openScene({ units: UNITS });
});
afterEach(async () => {
  await scene.close();
  await proxy.close();
});

it('forty orders of ten at once for fifteen units, one reply in ten lost: all are sold and settled, none twice', async () => {
  const random = seededRandom(9);
  let sales = 0;
  proxy.armEvery({
    // One at least, whatever the seed.
    at: (message) => isSale(message) && ((sales += 1) === 5 || random.chance(0.1)),
    where: 'reply',
    how: 'cut',
  });
  const worker = scene.startWorker();
  const traffic = scene.traffic({
    place: byBinary(scene.inv, { INV_REDIS_URL: `redis+unix:${proxy.socketPath}` }),
    ...{ writers: 10, requestsMax: 4, quantityMax: 1, duplicates: 0.1 },
  });
  await traffic.done();
  proxy.armEvery(undefined);
  await worker.stop();
  expect(proxy.strikes()).toBeGreaterThan(0);
  expect(scene.history.invocations).toHaveLength(40);
  await scene.prove({ expectSoldOut: true });
  expect(countPromises(scene.history).accepted).toBeGreaterThanOrEqual(UNITS);
  const [row] = await scene.inv.database.sql(
    `SELECT s.on_hand, s.reserved, p.sold, p.settled_cum FROM pools p
       JOIN stock s ON s.product_id = p.product_id`,
  );
  const books = Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)]);
  const all = { sold: UNITS, settled_cum: UNITS };
  expect(Object.fromEntries(books)).toEqual({ on_hand: 0, reserved: 0, ...all });
});
