import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { insertProducts } from '../support/catalogue-rows.ts';
import { projectRoot } from '../support/database.ts';
import { documentOf } from '../support/drills/by-binary.ts';
import { askRedis } from '../support/drills/own-redis.ts';
import { openScene } from '../support/drills/scene.ts';
import type { Scene } from '../support/drills/scene.ts';
import { openShop } from '../support/drills/shop.ts';
import type { Shop } from '../support/drills/shop.ts';
import { startCommand } from '../support/processes.ts';

/** A process dies at every named point of the protocol, and the next one finds nothing half done. */

vi.setConfig({ testTimeout: 120_000 });

const BATCH = 100;
const PATIENCE = { timeout: 60_000, interval: 100 };

let scene: Scene;
beforeAll(async () => {
  scene = await openScene({ units: 2_000, pooled: 1_900 });
});
afterAll(() => scene.close());

/** Runs a command that dies at the point, on its first pass or a later one. */
async function killAt(
  words: readonly string[],
  { point, pass = 1, env = {} }: { point: string; pass?: number; env?: Record<string, string> },
): Promise<void> {
  const failpoint = { INV_TEST: '1', INV_FAILPOINT: `${point}=kill@${String(pass)}` };
  const { code, stderr } = await startCommand(scene.inv, words, { ...failpoint, ...env }).ended;
  expect([point, code], stderr).toEqual([point, 'SIGKILL']);
}

/** Whether Redis sells. */
function isOpen(): Promise<unknown> {
  return askRedis(scene.redisSocket, 'HGET', `${scene.inv.database.name}:{0}:meta`, 'open');
}

/** As after a restart: the token in the data is not the one that the process remembers. */
async function fence(): Promise<void> {
  const key = `${scene.inv.database.name}:{0}:meta`;
  await askRedis(scene.redisSocket, 'HSET', key, 'token', 'somebody else');
}

async function loseBucket(): Promise<void> {
  const [row] = await scene.inv.database.sql('SELECT id FROM pools');
  await askRedis(
    scene.redisSocket,
    'DEL',
    `${scene.inv.database.name}:{0}:p:${String(row?.['id'])}`,
  );
}

describe('a worker killed with a hundred orders in its hands', () => {
  let shop: Shop;
  beforeAll(async () => {
    const { database } = scene.inv;
    shop = await openShop({
      packageRoot: projectRoot,
      mysql: database.target,
      redisSocket: scene.redisSocket,
      keyPrefix: database.name,
    });
  });
  afterAll(() => shop.close());

  /** A hundred orders under ids that begin with the name, sold and not yet settled. */
  async function sellBatch(name: string): Promise<void> {
    const given = { name, writers: 10, requestsMax: BATCH / 10, quantityMax: 1, duplicates: 0 };
    await scene.traffic({ place: shop.place, ...given }).done();
  }

  it.each([
    ['settle.after_read', 1, null],
    ['settle.before_commit', 1, null],
    ['settle.before_commit', 2, null],
    ['settle.after_commit', 1, null],
    ['settle.after_commit', 2, null],
    ['trim.before', 1, null],
    ['recover.after_begin', 1, fence],
    ['recover.after_rebuild', 1, loseBucket],
    ['recover.after_load', 1, loseBucket],
  ] as const)('at %s, pass %i: exactly a hundred movement sets', async (point, pass, damage) => {
    const name = `${point.replace('.', '-')}-${String(pass)}`;
    await sellBatch(name);
    await damage?.();
    // So small that one batch is not all.
    const env = { INV_WORKER_BATCH_EVENTS_MAX: '5' };
    await killAt(['worker', 'run', '--timeout', '30s'], { point, pass, env });
    const worker = scene.startWorker();
    const isReady = worker.child.stderr === null ? null : once(worker.child.stderr, 'data');
    await expect
      .poll(async () => ({ ...(await movementSets(name)), open: await isOpen() }), PATIENCE)
      .toEqual({ sets: BATCH, requests: BATCH, open: '1' });
    // Told to end before it listens, it would die of it.
    await isReady;
    await worker.stop();
    await scene.settle();
    expect(await movementSets(name)).toEqual({ sets: BATCH, requests: BATCH });
  });
});

describe('a command killed', () => {
  const run = async (...words: string[]) =>
    documentOf(await scene.inv.inside([...words, '--json']));
  const order = (id: string) => ['order', 'place', scene.sku, '2', '--request-id', id];

  it('after the sale: asked again it is the same sale, booked once', async () => {
    await killAt(order('killed-sale'), { point: 'order.after_sell' });
    expect(await run(...order('killed-sale'))).toMatchObject({ replayed: true });
    await scene.settle();
    expect(await unitsOf('killed-sale')).toBe(2);
  });

  it('after a hold was confirmed: asked again it is sold, booked once', async () => {
    await run(...order('killed-hold'), '--hold', '15m');
    await killAt(['order', 'confirm', 'killed-hold'], { point: 'order.after_sell' });
    expect(await run('order', 'confirm', 'killed-hold')).toMatchObject({ state: 'accepted' });
    await scene.settle();
    expect(await unitsOf('killed-hold')).toBe(2);
  });

  it.each([
    ['open.before_commit', false],
    ['open.after_commit', true],
  ])(
    'at %s: the pool is there or not, never half, and asking again opens it',
    async (point, isThere) => {
      const sku = point.toUpperCase().replace('.', '-');
      await insertProducts(scene.inv.database, [{ sku }]);
      await run('stock', 'in', sku, '10');
      const open = ['pool', 'open', sku, '6', '--request-id', `killed-${point}`];
      await killAt(open, { point });
      expect(await reserved(sku)).toBe(isThere ? 6 : 0);
      expect(await run(...open)).toMatchObject({ replayed: isThere });
      expect(await run('order', 'place', sku, '6')).toMatchObject({
        state: 'accepted',
        remaining: 0,
      });
      await scene.settle();
      expect(await reserved(sku)).toBe(0);
    },
  );

  it('after a top-up: the worker hands it over, and asking again adds nothing', async () => {
    const sku = 'TOP-UP';
    await insertProducts(scene.inv.database, [{ sku }]);
    await run('stock', 'in', sku, '10');
    await run('pool', 'open', sku, '2');
    const topUp = ['pool', 'top-up', sku, '3', '--request-id', 'killed-top-up'];
    await killAt(topUp, { point: 'top_up.after_commit' });
    await scene.settle();
    expect(await run('pool', 'show', sku)).toMatchObject({ delegated: 5, avail: 5 });
    expect(await run(...topUp)).toMatchObject({ replayed: true });
    expect(await run('pool', 'show', sku)).toMatchObject({ delegated: 5, avail: 5 });
    expect(await reserved(sku)).toBe(5);
  });
});

it('in the end, history, books and Redis agree', () => scene.prove());

/** Movement sets of the requests whose ids begin with the name. */
async function movementSets(name: string): Promise<{ sets: number; requests: number }> {
  const [row] = await scene.inv.database.sql(
    `SELECT COUNT(*) AS sets, COUNT(DISTINCT p.request_id) AS requests
       FROM postings p JOIN movements m ON m.posting_id = p.id WHERE p.request_id LIKE ?`,
    [`${name}-%`],
  );
  return { sets: Number(row?.['sets']), requests: Number(row?.['requests']) };
}

async function unitsOf(requestId: string): Promise<number> {
  const [row] = await scene.inv.database.sql(
    `SELECT COALESCE(-SUM(m.quantity), 0) AS units FROM movements m
       JOIN postings p ON p.id = m.posting_id WHERE p.request_id = ?`,
    [requestId],
  );
  return Number(row?.['units']);
}

async function reserved(sku: string): Promise<number> {
  const [row] = await scene.inv.database.sql(
    'SELECT s.reserved FROM stock s JOIN products p ON p.id = s.product_id WHERE p.sku = ?',
    [sku],
  );
  return Number(row?.['reserved']);
}
