import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { insertProducts } from '../support/catalogue-rows.ts';
import { createInstallation, errorOf } from '../support/installation.ts';
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
       FROM check_requests c LEFT JOIN products p ON p.id = c.product_id`,
  );

const records = (): string => `${inv.database.name}:{0}:r`;

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
  await inv.json(['order', 'place', 'MUG', '1', '--request-id', 'r1']);
  for (const verb of ['confirm', 'cancel', 'show']) {
    expect(await inv.refused(['order', verb, 'r2'])).toEqual([4, 'NOT_FOUND']);
  }
  expect(await inv.refused(['order', 'cancel', 'r1'])).toEqual([3, 'REFUSED']);
  await inv.json(['worker', 'once']);
  for (const verb of ['confirm', 'show']) {
    expect(await inv.json(['order', verb, 'r1'])).toMatchObject({ sku: 'MUG' });
  }
  expect(await waiting()).toEqual([]);
});

describe('an order that is known by its id alone', () => {
  /** What Redis remembers of `h1` is changed by hand. */
  async function tamper(change: (record: string) => string): Promise<void> {
    await redis.hset(records(), 'h1', change((await redis.hget(records(), 'h1')) ?? ''));
  }
  beforeEach(() => inv.json(['order', 'place', 'MUG', '2', '--request-id', 'h1', '--hold', '1h']));

  test.each(['confirm', 'cancel'])('%s asks when Redis cannot change it', async (verb) => {
    await damage();
    expect(await inv.refused(['order', verb, 'h1'], { env })).toEqual([69, 'FENCED']);
    expect(await waiting()).toEqual([{ sku: 'MUG', asked: 1, source: 'cli' }]);
  });

  test.each(['confirm', 'cancel', 'show'])(
    '%s asks when its record cannot be read',
    async (verb) => {
      await tamper(() => 'H|1|rubbish');
      expect(await inv.refused(['order', verb, 'h1'])).toEqual([7, 'INVARIANT_VIOLATED']);
      // Nothing says yet which product it is about.
      expect(await waiting()).toEqual([{ sku: null, asked: 1, source: 'cli' }]);
      await inv.json(['worker', 'once']);
      expect(await inv.refused(['order', verb, 'h1'])).toEqual([7, 'INVARIANT_VIOLATED']);
      expect(await waiting()).toContainEqual({ sku: 'MUG', asked: 1, source: 'cli' });
    },
  );

  test.each(['confirm', 'cancel', 'show'])('%s asks when the books lack its pool', async (verb) => {
    await tamper((record) => record.replace('H|1|', 'H|99|'));
    const result = await inv.run(['order', verb, 'h1', '--json']);
    expect([result.exitCode, errorOf(result)]).toMatchObject([
      7,
      { code: 'INVARIANT_VIOLATED', request_id: 'h1', hint: 'inv reconcile' },
    ]);
    expect(await waiting()).toEqual([{ sku: null, asked: 1, source: 'cli' }]);
  });

  test('show asks when the books have other content, and shows what is booked', async () => {
    await inv.json(['order', 'confirm', 'h1']);
    await inv.json(['worker', 'once']);
    await tamper((record) => record.replace(/[0-9a-f]{64}/, 'a'.repeat(64)));
    expect(await inv.json(['order', 'show', 'h1'])).toMatchObject({ state: 'settled', sku: 'MUG' });
    expect(await waiting()).toEqual([{ sku: 'MUG', asked: 1, source: 'cli' }]);
  });

  test('confirm asks when it is settled and nothing is booked for it', async () => {
    await inv.json(['worker', 'once']);
    await redis.hdel(records(), 'h1');
    await inv.database.sql("UPDATE orders SET state = 'settled'");
    expect(await inv.refused(['order', 'confirm', 'h1'])).toEqual([3, 'REFUSED']);
    expect(await waiting()).toEqual([{ sku: 'MUG', asked: 1, source: 'cli' }]);
  });

  test('a dry run asks nobody', async () => {
    await tamper(() => 'rubbish');
    expect(await inv.refused(['order', 'confirm', 'h1', '--dry-run'])).toEqual([
      7,
      'INVARIANT_VIOLATED',
    ]);
    expect(await waiting()).toEqual([]);
  });
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
