import { afterEach, beforeEach, expect, it } from 'vitest';
import { byRequest, countPromises, longestMs } from '../../support/drills/history.ts';
import { onlyBucket } from '../../support/drills/gate-reader.ts';
import { readBooked } from '../../support/drills/judge.ts';
import { drillSeed, seededRandom } from '../../support/drills/seed.ts';
import { createShopProcesses, takeAnswers } from '../../support/drills/shop-processes.ts';
import type { PlannedOrder, ShopProcess } from '../../support/drills/shop-processes.ts';
import { openStall } from '../../support/drills/stall.ts';
import type { Stall } from '../../support/drills/stall.ts';
import { projectRoot } from '../../support/database.ts';
import { openFaultProxy } from '../../support/fault-proxy.ts';
import type { FaultProxy } from '../../support/fault-proxy.ts';
import { isSale } from '../../support/order-faults.ts';

/** Twenty processes want more than there is, some of it twice, and one answer in ten is lost. */

/** RUSH=full is the size that is promised; without it the same in small. */
const SIZE =
  process.env['RUSH'] === 'full' ? { orders: 500, units: 3_000 } : { orders: 100, units: 600 };
const PROCESSES = 20;
const DUPLICATES = 0.1;
const LOST_REPLIES = 0.1;
const SKU = 'RUSH';
const BOUND_MS = 60_000 + PROCESSES * SIZE.orders * 60;

let stall: Stall;
let proxy: FaultProxy;
let processes: ShopProcess[] = [];
beforeEach(async () => {
  stall = await openStall();
  proxy = await openFaultProxy(stall.redisSocket);
});
afterEach(async () => {
  for (const { kill } of processes) kill();
  await Promise.allSettled(processes.map(({ ended }) => ended));
  processes = [];
  await proxy.close();
  await stall.close();
});

/** What each process asks for; one order in ten repeats an id of any of them. */
function planOrders(): readonly (readonly PlannedOrder[])[] {
  const random = seededRandom(7);
  const ids = Array.from({ length: PROCESSES }, (_, process) =>
    Array.from({ length: SIZE.orders }, (_, at) => `r-${String(process)}-${String(at)}`),
  );
  const all = ids.flat();
  const asked = ids.map((own) =>
    own.map((id) => (random.chance(DUPLICATES) ? random.pick(all) : id)),
  );
  const times = new Map<string, number>();
  for (const id of asked.flat()) times.set(id, (times.get(id) ?? 0) + 1);
  return asked.map((own) =>
    own.map((requestId) => ({
      ...{ requestId, sku: SKU, quantity: 1 },
      isFresh: times.get(requestId) === 1,
    })),
  );
}

it(
  `${String(PROCESSES)} processes × ${String(SIZE.orders)} orders for ${String(SIZE.units)} units: all are sold and settled, none twice`,
  async () => {
    await stall.addProduct(SKU, SIZE.units);
    await stall.shop.open(SKU, SIZE.units);
    const plan = planOrders();
    const orders = plan.flat();
    expect(new Set(orders.map(({ requestId }) => requestId)).size).toBeLessThan(orders.length);

    const { start } = createShopProcesses();
    const shop = { packageRoot: projectRoot, mysql: stall.database.target, ...FEW_CONNECTIONS };
    const direct = { ...shop, redisSocket: stall.redisSocket, keyPrefix: stall.keyPrefix };
    const workers = [start({ kind: 'work', shop: direct }), start({ kind: 'work', shop: direct })];
    const throughProxy = { ...direct, redisSocket: proxy.socketPath };
    const buyers = plan.map((own) =>
      start({ kind: 'buy', shop: throughProxy, orders: own, atOnce: 4 }),
    );
    processes = [...workers, ...buyers];
    await Promise.all(processes.map(({ ready }) => ready));

    const random = seededRandom(8);
    let sales = 0;
    proxy.armEvery({
      at: (message) => isSale(message) && (sales += 1) > 0 && random.chance(LOST_REPLIES),
      where: 'reply',
      how: 'cut',
    });
    for (const { begin } of processes) begin();
    for (const { ended } of buyers) takeAnswers(stall.history, await ended);
    proxy.armEvery(undefined);
    for (const { end } of workers) end();
    const worked = await Promise.all(workers.map(({ ended }) => ended));

    expect(stall.history.invocations).toHaveLength(orders.length);
    expect(proxy.strikes() / sales).toBeGreaterThan(LOST_REPLIES / 2);
    expect(countPromises(stall.history).broken).toBeUndefined();
    expect(longestMs(stall.history)).toBeLessThan(BOUND_MS);
    // The workers have not waited for the end.
    const settled = worked.flat().map((line) => JSON.parse(line) as { readonly settled: number });
    expect(settled.reduce((sum, report) => sum + report.settled, 0)).toBeGreaterThan(0);
    await stall.prove({ supplied: new Map([[SKU, SIZE.units]]), expectSoldOut: true });
    await proveUnits();
  },
  BOUND_MS,
);

/** Connections that twenty-two processes may have of one server. */
const FEW_CONNECTIONS = { limits: { poolSizeMax: 3 } };

/** All that was there is sold, settled, and each unit of it acknowledged to somebody. */
async function proveUnits(): Promise<void> {
  const seed = `INV_DRILLS_SEED=${String(drillSeed)}`;
  const [row] = await stall.database.sql(
    `SELECT s.on_hand, s.reserved, p.sold, p.duplicates, p.settled_cum,
            (SELECT COUNT(*) FROM movements WHERE quantity < 0) AS movements
       FROM pools p JOIN stock s ON s.product_id = p.product_id`,
  );
  const books = Object.fromEntries(
    Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)]),
  );
  const { units } = SIZE;
  const all = { sold: units, settled_cum: units, movements: units };
  expect(books, seed).toEqual({ on_hand: 0, reserved: 0, duplicates: 0, ...all });
  const { avail, held, cum } = await onlyBucket(stall);
  expect({ avail, held, cum }, seed).toEqual({ avail: 0, held: 0, cum: units });
  const acknowledged = [...byRequest(stall.history)].flatMap(([requestId, asked]) =>
    asked.some(({ promised }) => promised === 'accepted') ? [requestId] : [],
  );
  expect(new Set(acknowledged), seed).toEqual(new Set((await readBooked(stall.database)).keys()));
}
