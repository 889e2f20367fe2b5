import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openMugPool } from '../support/mug-pool.ts';
import type { MugPool } from '../support/mug-pool.ts';
import { startCommand } from '../support/processes.ts';

/** A repair in Redis and its receipt in MySQL are no one transaction: a run dies between them. */

let inv: MugPool['inv'];
let redis: MugPool['redis'];
let mugs: MugPool;
beforeEach(async () => {
  mugs = await openMugPool();
  ({ inv, redis } = mugs);
});
afterEach(() => mugs.close());

const key = (rest: string): string => `${inv.database.name}:{0}:${rest}`;
const damageCounters = (): Promise<unknown> => redis.hincrby(key('p:1'), 'avail', -1);
const loseEvents = (): Promise<unknown> => redis.xtrim(key('ev'), 'MAXLEN', 0);
const shut = (): Promise<unknown> => redis.hset(key('meta'), 'token', 'somebody else');
const loseRedis = async (): Promise<unknown> => redis.del(...(await redis.keys(key('*'))));

async function killAt(point: string, args: readonly string[]): Promise<void> {
  const env = { INV_TEST: '1', INV_FAILPOINT: `${point}=kill` };
  expect((await startCommand(inv, args, env).ended).code).toBe('SIGKILL');
}

interface Repair {
  readonly state: string;
  readonly request_id: string | null;
  readonly after: string | null;
  readonly reason: string | null;
}

interface Run {
  readonly run_id: string;
  readonly status: string;
  readonly repaired: number;
  readonly findings: readonly { readonly check: string; readonly repair: Repair }[];
  readonly finished?: readonly { readonly run_id: string; readonly request_id: string }[];
}

/** The newest first. */
async function runs(): Promise<readonly Run[]> {
  const history = (await inv.json(['reconcile', 'history'])) as readonly { run_id: string }[];
  return Promise.all(
    history.map(async ({ run_id }) => (await inv.json(['reconcile', 'show', run_id])) as Run),
  );
}

const receipts = async (): Promise<readonly string[]> => {
  const rows = await inv.database.sql(
    'SELECT CAST(request_id AS CHAR) AS id FROM reconcile_findings WHERE request_id IS NOT NULL',
  );
  return rows.map(({ id }) => String(id));
};

test.each([
  ['damaged counters', damageCounters, 'pools.identity'],
  ['lost events', loseEvents, 'pools.lost_tail'],
  ['a shard that is shut', shut, 'pools.recovery'],
] as const)(
  '%s, mended and not told: the next run writes the one receipt',
  async (_, damage, check) => {
    await damage();
    await killAt('reconcile.shard_mended', ['reconcile', '--fix']);
    expect(await receipts()).toEqual([]);
    const next = (await inv.json(['reconcile', '--fix'])) as Run;
    const [, killed] = await runs();
    const requestId = `reconcile:${String(killed?.run_id)}:1`;
    expect(next).toMatchObject({
      status: 'clean',
      findings: [],
      finished: [{ run_id: killed?.run_id, request_id: requestId }],
    });
    expect(killed).toMatchObject({ status: 'unfinished', repaired: 1 });
    expect(killed?.findings.find((one) => one.check === check)?.repair).toMatchObject({
      state: 'repaired',
      request_id: requestId,
      after: expect.stringContaining('by this run, which was cut off'),
    });
    expect(await inv.json(['reconcile', '--fix'])).toMatchObject({ status: 'clean', finished: [] });
    expect(await receipts()).toEqual([requestId]);
    expect(await inv.json(['worker', 'once'])).toMatchObject({ parked: 0, lag_events: 0 });
    expect(await inv.json(['pool', 'show', 'MUG'])).toMatchObject({ avail: 6, sold: 2 });
  },
);

test('damage that was not mended yet is mended by the next run, under its own number', async () => {
  await damageCounters();
  await killAt('reconcile.shard_begun', ['reconcile', '--fix']);
  const next = (await inv.json(['reconcile', '--fix'])) as Run;
  expect(next).toMatchObject({ status: 'repaired', finished: [] });
  const requestId = `reconcile:${next.run_id}:1`;
  expect(next.findings).toMatchObject([{ repair: { state: 'repaired', request_id: requestId } }]);
  const [, killed] = await runs();
  expect(killed).toMatchObject({ status: 'unfinished', repaired: 0 });
  expect(killed?.findings[0]?.repair).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining('the run was cut off'),
  });
  expect(await receipts()).toEqual([requestId]);
});

test('a plan whose run was killed is applied again to the one receipt of its row', async () => {
  await damageCounters();
  await inv.run(['reconcile', '--plan', 'plan.json']);
  const apply = ['reconcile', 'apply', 'plan.json'];
  await killAt('reconcile.shard_mended', apply);
  expect(await inv.json(apply)).toMatchObject({
    status: 'repaired',
    rows: { planned: 1, made: 0, made_before: 1, gone: 0 },
  });
  const plan = (await runs()).at(-1);
  expect(await receipts()).toEqual([`reconcile:${String(plan?.run_id)}:1`]);
});

test('what a recovery may have lost pages also when the run that made it was killed', async () => {
  await loseRedis();
  await killAt('reconcile.shard_mended', ['reconcile', '--fix']);
  const next = await inv.run(['reconcile', '--fix', '--json']);
  expect(next.exitCode).toBe(7);
  expect((JSON.parse(next.stdout) as Run).findings).toMatchObject([
    { check: 'pools.lost_sales', severity: 'violation', actual: 8 },
  ]);
  const [, killed] = await runs();
  expect(killed?.findings[0]?.repair).toMatchObject({
    state: 'repaired',
    after: expect.stringContaining('up to 8 units'),
  });
  expect((await inv.run(['reconcile'])).exitCode).toBe(0);
});

test('while the shard cannot be looked at, nothing is said of the repair', async () => {
  await damageCounters();
  await killAt('reconcile.shard_mended', ['reconcile', '--fix']);
  const away = { INV_REDIS_URL: 'redis://127.0.0.1:1', INV_RETRY_ATTEMPTS_MAX: '1' };
  expect((await inv.run(['reconcile', '--fix'], { env: away })).exitCode).toBe(69);
  expect(await receipts()).toEqual([]);
  expect(await inv.json(['reconcile', '--fix'])).toMatchObject({ finished: [{}] });
  expect(await receipts()).toHaveLength(1);
});

describe('a worker that was killed', () => {
  const once = ['worker', 'once'];

  test.each([
    ['damaged counters', damageCounters, 'pools.identity'],
    ['lost events', loseEvents, 'pools.lost_tail'],
    ['a shard that is shut', shut, 'pools.recovery'],
  ] as const)(
    '%s, mended and not told: the next worker writes the one receipt',
    async (_, damage, check) => {
      await damage();
      await killAt('worker.repair_made', once);
      const [killed] = await runs();
      expect(killed).toMatchObject({ status: 'unfinished', source: 'worker' });
      expect(killed?.findings).toMatchObject([{ check, repair: { state: 'open' } }]);
      const { stderr } = await inv.run(once);
      expect(stderr).toContain(`run ${String(killed?.run_id)} was cut off; its receipt is written`);
      const requestId = `reconcile:${String(killed?.run_id)}:1`;
      expect(await receipts()).toEqual([requestId]);
      expect(await runs()).toMatchObject([
        {
          repaired: 1,
          findings: [{ check, repair: { state: 'repaired', request_id: requestId } }],
        },
      ]);
      expect(await inv.run(['reconcile', '--fix'])).toEqual({
        exitCode: 0,
        stdout: '',
        stderr: '',
      });
      expect(await receipts()).toEqual([requestId]);
      expect(await inv.json(['pool', 'show', 'MUG'])).toMatchObject({ avail: 6, sold: 2 });
    },
  );

  test.each([
    ['damaged counters', damageCounters],
    ['lost events', loseEvents],
    ['a shard that is shut', shut],
  ] as const)('%s, before it was mended: the next one mends it, once', async (_, damage) => {
    await damage();
    await killAt('worker.repair_begun', once);
    await inv.json(once);
    const [mended, killed] = await runs();
    expect(await receipts()).toEqual([`reconcile:${String(mended?.run_id)}:1`]);
    expect([mended?.status, killed?.status]).toEqual(['repaired', 'unfinished']);
    expect(killed?.findings).toMatchObject([
      { repair: { state: 'failed', reason: expect.stringContaining('the run was cut off') } },
    ]);
  });

  test('is told by --fix as well, with what Redis may have lost', async () => {
    await loseRedis();
    await killAt('worker.repair_made', once);
    const next = await inv.run(['reconcile', '--fix', '--json']);
    expect(next.exitCode).toBe(7);
    const [, killed] = await runs();
    expect(JSON.parse(next.stdout)).toMatchObject({
      findings: [{ check: 'pools.lost_sales', actual: 8 }],
      finished: [{ run_id: killed?.run_id }],
    });
  });

  test('keeps what Redis may have lost in its run, when the next worker tells of it', async () => {
    await loseRedis();
    await killAt('worker.repair_made', once);
    const { stderr } = await inv.run(once);
    expect(stderr).toContain('up to 8 units that it may have sold');
    const [killed, ...others] = await runs();
    expect(others).toEqual([]);
    expect(killed?.findings).toMatchObject([
      { check: 'pools.recovery', repair: { state: 'repaired' } },
      { check: 'pools.lost_sales', severity: 'violation', actual: 8 },
    ]);
  });

  test('and one that is at work is left alone', async () => {
    await damageCounters();
    const point = { INV_TEST: '1', INV_FAILPOINT: 'worker.repair_made=hang' };
    const worker = startCommand(inv, ['worker', 'run'], point);
    try {
      await expect
        .poll(() => inv.json(['pool', 'show', 'MUG']), { timeout: 60_000, interval: 200 })
        .toMatchObject({ avail: 6 });
      expect(await inv.json(['reconcile', '--fix'])).toMatchObject({
        status: 'clean',
        finished: [],
      });
    } finally {
      worker.child.kill('SIGKILL');
      await worker.ended;
    }
    await expect
      .poll(async () => (await inv.json(['reconcile', '--fix'])) as Run, {
        timeout: 30_000,
        interval: 200,
      })
      .toMatchObject({ finished: [{ run_id: expect.any(String) }] });
    expect(await receipts()).toHaveLength(1);
  });
});
