import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { insertProducts } from '../support/catalogue-rows.ts';
import { createInstallation } from '../support/installation.ts';
import type { Installation } from '../support/installation.ts';
import { startCommand } from '../support/processes.ts';
import { testServers } from '../support/servers.ts';

/** Answers that ought not to be, met by a command, are looked at by a worker in another process. */

vi.setConfig({ testTimeout: 120_000 });

const PATIENCE = { timeout: 30_000, interval: 100 };

let inv: Installation;
let redis: Redis;
/** Two pools; nothing is said about the second one, though it differs. */
beforeEach(async () => {
  inv = await createInstallation();
  redis = new Redis(testServers().redisSocket);
  await insertProducts(inv.database, [{ sku: 'MUG' }, { sku: 'CUP' }]);
  for (const sku of ['MUG', 'CUP']) {
    await inv.json(['stock', 'in', sku, '10']);
    await inv.json(['pool', 'open', sku, '8']);
  }
  await inv.database.sql('UPDATE stock SET on_hand = 11');
});
afterEach(async () => {
  redis.disconnect();
  await inv.close();
});

const waiting = (): Promise<unknown> =>
  inv.database.sql(
    `SELECT CAST(p.sku AS CHAR) AS sku, c.asked, c.source
       FROM check_requests c JOIN products p ON p.id = c.product_id`,
  );

/** Counters of the first pool contradict each other. */
const damage = (): Promise<unknown> => redis.hincrby(`${inv.database.name}:{0}:p:1`, 'avail', -1);

/** Long enough for an answer on a busy machine: what is asked for depends on it. */
const env = { INV_POOLS_BUDGET_MS: '6000', INV_POOLS_RETENTION_MS: '60000' };
const order = (...more: readonly string[]): Promise<[number, unknown]> =>
  inv.refused(['order', 'place', 'MUG', '1', ...more], { env });

async function untilChecked(): Promise<Record<string, unknown>> {
  const worker = startCommand(inv, ['worker', 'run']);
  try {
    await expect.poll(waiting, PATIENCE).toEqual([]);
  } finally {
    worker.child.kill('SIGTERM');
    await worker.ended;
  }
  const [run] = await checks();
  return (await inv.json(['reconcile', 'show', String(run?.['run_id'])])) as Record<
    string,
    unknown
  >;
}

/** Runs that checked, the newest first; what the worker mends by itself is a run as well. */
async function checks(): Promise<readonly Record<string, unknown>[]> {
  const runs = (await inv.json(['reconcile', 'history'])) as readonly Record<string, unknown>[];
  return runs.filter(({ mode }) => mode === 'check');
}

test('an order that Redis cannot sell asks once, and a worker checks that product alone', async () => {
  await damage();
  expect(await order()).toEqual([69, 'FENCED']);
  expect(await order()).toEqual([69, 'FENCED']);
  expect(await waiting()).toEqual([{ sku: 'MUG', asked: 2, source: 'cli' }]);
  const run = await untilChecked();
  expect(run).toMatchObject({ source: 'worker', skus: ['MUG'], status: 'drift' });
  expect(run['findings']).toMatchObject([{ check: 'ledger.balance', sku: 'MUG' }]);
});

test.each([
  ['order place', ['order', 'place', 'MUG', '2', '--request-id', 'r1']],
  ['stock out', ['stock', 'out', 'MUG', '2', '--strategy', 'lua', '--request-id', 'r1']],
])('%s asks when its id is known with other content', async (_, command) => {
  await inv.json(['order', 'place', 'MUG', '1', '--request-id', 'r1']);
  expect(await inv.refused(command)).toEqual([5, 'REQUEST_CONFLICT']);
  expect(await waiting()).toEqual([{ sku: 'MUG', asked: 1, source: 'cli' }]);
});

test('a refusal is no riddle: nobody is asked', async () => {
  expect(await inv.refused(['order', 'place', 'MUG', '100'])).toEqual([3, 'INSUFFICIENT_STOCK']);
  expect(await waiting()).toEqual([]);
});

test('a worker that is killed while it checks leaves the request to the next', async () => {
  await damage();
  await order();
  const point = { INV_TEST: '1', INV_FAILPOINT: 'reconcile.checked=kill' };
  const killed = startCommand(inv, ['worker', 'run'], point);
  expect((await killed.ended).code).toBe('SIGKILL');
  expect(await waiting()).toEqual([{ sku: 'MUG', asked: 1, source: 'cli' }]);
  const run = await untilChecked();
  expect(run).toMatchObject({ source: 'worker', skus: ['MUG'] });
  expect(await checks()).toMatchObject([
    { run_id: run['run_id'], status: 'drift' },
    { status: 'unfinished', source: 'worker' },
  ]);
});
