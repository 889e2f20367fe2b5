import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openMugPool } from '../support/mug-pool.ts';
import type { MugPool } from '../support/mug-pool.ts';
import { startCommand } from '../support/processes.ts';

let inv: MugPool['inv'];
let redis: MugPool['redis'];
let mugs: MugPool;
beforeEach(async () => {
  mugs = await openMugPool();
  ({ inv, redis } = mugs);
});
afterEach(() => mugs.close());

const loseRedis = async (): Promise<unknown> =>
  redis.del(...(await redis.keys(`${inv.database.name}:*`)));

interface Document {
  readonly status: string;
  readonly findings: readonly {
    readonly check: string;
    readonly repair: Record<string, unknown>;
  }[];
}

describe('sales that Redis may have lost', () => {
  test('page a script: exit 7, a row with the bound, and one line beside it', async () => {
    await loseRedis();
    const fixed = await inv.run(['reconcile', '--fix']);
    expect(fixed.exitCode).toBe(7);
    expect(fixed.stdout).toMatch(/pools\.lost_sales\tviolation\t.*\tMUG\tMAIN\t0\t8\t8\t/);
    expect(fixed.stderr).toBe(
      '! warning: Redis lost data: up to 8 acknowledged units of MUG may be lost\n',
    );
    expect(await inv.json(['reconcile', 'history'])).toMatchObject([
      { mode: 'fix', status: 'drift', violations: 1 },
    ]);
    expect(await inv.run(['reconcile'])).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });

  test('are a finding in the document', async () => {
    await loseRedis();
    const fixed = await inv.run(['reconcile', '--fix', '--json', '--quiet']);
    expect(fixed.exitCode).toBe(7);
    const { status, findings } = JSON.parse(fixed.stdout) as Document;
    expect(status).toBe('drift');
    expect(findings).toMatchObject([
      {
        check: 'pools.recovery',
        repair: { state: 'repaired', before: 'shut', after: expect.stringContaining('up to 8') },
      },
      { check: 'pools.lost_sales', severity: 'violation', sku: 'MUG', expected: 0, actual: 8 },
    ]);
  });
});

describe('inv reconcile apply', () => {
  const plan = (): string => join(inv.folder, 'plan.json');

  test('says what it did with the rows, and nothing of the rest', async () => {
    await inv.database.sql('UPDATE stock SET on_hand = 12');
    await redis.hincrby(`${inv.database.name}:{0}:p:1`, 'avail', -1);
    await inv.inside(['reconcile', '--plan', 'plan.json']);
    const whole = JSON.parse(readFileSync(plan(), 'utf8')) as { changes: readonly unknown[] };
    writeFileSync(plan(), JSON.stringify({ ...whole, changes: whole.changes.slice(0, 1) }));
    const applied = await inv.inside(['reconcile', 'apply', 'plan.json', '--format', 'table']);
    expect([applied.exitCode, applied.stdout]).toEqual([
      0,
      expect.stringMatching(/1 of 1 row of the plan made; nothing else was looked at/),
    ]);
    expect(applied.stdout).not.toContain('agree');
    expect((await inv.inside(['reconcile'])).exitCode).toBe(6);
  });

  test.each([
    [
      'while something differs',
      (): Promise<unknown> => inv.database.sql('UPDATE stock SET on_hand = 12'),
    ],
    [
      'of a frozen shard',
      (): Promise<unknown> => inv.database.sql("UPDATE settlement_progress SET state = 'frozen'"),
    ],
  ])('of an empty plan %s is no clean shop: exit 6', async (_, damage) => {
    await damage();
    await inv.inside(['reconcile', '--plan', 'plan.json']);
    const whole = JSON.parse(readFileSync(plan(), 'utf8')) as object;
    writeFileSync(plan(), JSON.stringify({ ...whole, changes: [] }));
    const before = await inv.json(['reconcile', 'history', '--limit', '1']);
    const applied = await inv.inside(['reconcile', 'apply', 'plan.json', '--format', 'table']);
    expect(applied.exitCode).toBe(6);
    expect(applied.stdout).toContain('there is nothing in the plan');
    expect(applied.stdout).not.toContain('agree');
    expect(applied.stderr).toContain('nothing was checked');
    const [made, ...earlier] = (await inv.json(['reconcile', 'history'])) as readonly unknown[];
    expect(made).toMatchObject({ mode: 'apply', status: 'inconclusive', findings: 0 });
    expect(earlier.slice(0, 1)).toEqual(before);
    const why = (await inv.json(['stock', 'why', 'MUG'])) as { last_reconcile: unknown };
    expect(why.last_reconcile).toMatchObject({ status: 'drift' });
  });

  test('a second time tells the receipt again, with exit 0, also of a pool', async () => {
    await redis.hincrby(`${inv.database.name}:{0}:p:1`, 'avail', -1);
    await inv.inside(['reconcile', '--plan', 'plan.json']);
    const first = (await inv.json(['reconcile', 'apply', 'plan.json'])) as Document;
    expect(first).toMatchObject({ status: 'repaired', rows: { planned: 1, made: 1 } });
    expect(first.findings[0]?.repair).toMatchObject({
      before: '7, where 8 was expected',
      after: 'counted anew from what is settled, sold and held',
    });
    const second = (await inv.json(['reconcile', 'apply', 'plan.json'])) as Document;
    expect(second).toMatchObject({ status: 'repaired', rows: { planned: 1, made_before: 1 } });
    expect(second.findings[0]?.repair).toMatchObject({
      state: 'repaired',
      reason: 'mended before',
      request_id: first.findings[0]?.repair['request_id'],
    });
    const table = await inv.inside(['reconcile', 'apply', 'plan.json', '--format', 'table']);
    expect(table.stdout).toContain('0 of 1 row of the plan made, 1 made before');
  });
});

describe('a frozen shard', () => {
  beforeEach(() =>
    inv.database.sql(
      "UPDATE settlement_progress SET state = 'frozen', frozen_reason = 'MySQL is older'",
    ),
  );
  const toDo =
    'inv worker status, read "Frozen shards" in docs/pools.md, then: inv worker unfreeze --shard 0';

  test('pages until a person unfreezes it', async () => {
    for (const args of [['reconcile'], ['reconcile', '--fix'], ['reconcile', '--quiet']]) {
      const result = await inv.inside([...args, '--json']);
      expect(result.exitCode).toBe(7);
      const { findings } = JSON.parse(result.stdout) as Document;
      expect(findings).toMatchObject([{ check: 'pools.frozen', repair: { command: toDo } }]);
    }
    await inv.run(['worker', 'unfreeze', '--shard', '0', '--yes']);
    expect((await inv.inside(['reconcile'])).exitCode).toBe(0);
  });

  test('is named by pool show, with its reason', async () => {
    await redis.hset(`${inv.database.name}:{0}:meta`, 'token', 'somebody else');
    const { stderr } = await inv.inside(['pool', 'show', 'MUG', '--format', 'table']);
    expect(stderr).toContain('shard 0 is frozen');
    expect(stderr).toContain('MySQL is older (inv worker status)');
    expect(stderr).not.toContain('inv worker once');
  });
});

test('a shard that --fix has frozen keeps its reason, and does not ask for --fix again', async () => {
  await inv.json(['worker', 'once']);
  await inv.database.sql('UPDATE settlement_progress SET version = 0');
  const fixed = await inv.run(['reconcile', '--fix', '--format', 'table']);
  expect(fixed.exitCode).toBe(7);
  for (const { stdout } of [
    fixed,
    await inv.inside(['reconcile', 'show', 'last', '--format', 'table']),
  ]) {
    expect(stdout).toContain('not mended: shard 0 is frozen now');
    expect(stdout).toContain('inv worker unfreeze --shard 0');
    expect(stdout).not.toContain('try: inv reconcile --fix\n');
  }
});

describe('what a worker mends by itself', () => {
  const lastRun = (): Promise<unknown> => inv.json(['reconcile', 'show', 'last']);
  const history = (): Promise<unknown> => inv.json(['reconcile', 'history']);

  test('is told by worker once, and kept with its receipt: events that the stream has lost', async () => {
    await redis.xtrim(`${inv.database.name}:{0}:ev`, 'MAXLEN', 0);
    const { stdout } = await inv.run(['worker', 'once', '--format', 'table']);
    expect(stdout).toBe('✓ 1 difference mended\n');
    expect(await inv.json(['worker', 'once'])).toMatchObject({ mended: 0 });
    expect(await inv.json(['reconcile', 'history'])).toMatchObject([
      { mode: 'fix', source: 'worker', status: 'repaired', findings: 1, repaired: 1 },
    ]);
    expect(await lastRun()).toMatchObject({
      skus: ['MUG'],
      findings: [
        {
          check: 'pools.lost_tail',
          sku: 'MUG',
          repair: {
            state: 'repaired',
            request_id: expect.stringMatching(/^reconcile:.*:1$/),
            after: 'the lost events are booked from their records, the rest as recovered',
          },
        },
      ],
    });
    expect(await inv.run(['reconcile'])).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });

  test('is kept while a worker runs: damaged counters', async () => {
    const worker = startCommand(inv, ['worker', 'run']);
    await redis.hincrby(`${inv.database.name}:{0}:p:1`, 'avail', -1);
    await expect
      .poll(history, { timeout: 30_000 })
      .toMatchObject([{ source: 'worker', status: 'repaired' }]);
    worker.child.kill('SIGTERM');
    await worker.ended;
    expect(await lastRun()).toMatchObject({
      findings: [{ check: 'pools.identity', repair: { state: 'repaired' } }],
    });
    const { stdout } = await inv.inside(['reconcile', 'show', 'last', '--format', 'table']);
    expect(stdout).toMatch(/^run [0-9a-f-]{36} \(fix\)\n {2}by a worker of tester, /);
  });

  test('tells what a recovery may have lost as long as the history is kept', async () => {
    await loseRedis();
    await inv.run(['worker', 'once']);
    expect(await inv.json(['reconcile', 'history'])).toMatchObject([
      { source: 'worker', status: 'drift', violations: 1, repaired: 1 },
    ]);
    expect(await lastRun()).toMatchObject({
      findings: [
        { check: 'pools.recovery', repair: { state: 'repaired', before: 'shut' } },
        { check: 'pools.lost_sales', sku: 'MUG', actual: 8, repair: { state: 'open' } },
      ],
    });
  });
});

test('a shard that is shut is said once in a pipe, without a header', async () => {
  await loseRedis();
  const result = await inv.run(['reconcile', '--scope', 'pools', '--quiet']);
  expect([result.exitCode, result.stdout]).toEqual([69, '']);
  expect(result.stderr).toMatch(/^! warning: not checked: shard 0 is shut[^\n]*\n$/);
});

test('stock why tells of units that are on the way, and of holds that have no name yet', async () => {
  await inv.json(['order', 'place', 'MUG', '3', '--hold', '1h']);
  const { stdout } = await inv.inside(['stock', 'why', 'MUG', '--format', 'table']);
  expect(stdout).toContain('3 left to sell, 3 held, 2 on the way into the books');
  expect(stdout).toContain('3 more held, not by name in the books yet');
});

test('a plan names its own file, and an empty one is said to be empty', async () => {
  const none = await inv.inside(['reconcile', '--plan', 'none.json', '--format', 'table']);
  expect(none.stderr).toContain('the plan is empty');
  await inv.database.sql('UPDATE stock SET on_hand = 12');
  const one = await inv.inside(['reconcile', '--plan', 'one.json', '--format', 'table']);
  expect(one.stderr).toContain('inv reconcile apply one.json');
});

test('the history is a table in 80 columns, whatever came of the runs', async () => {
  const more = ['inconclusive', 'running', 'drift', 'repaired'];
  await inv.inside(['reconcile']);
  for (const status of more) {
    await inv.database.sql(
      `INSERT INTO reconcile_runs (run_id, mode, scope, status, findings, repaired, actor, host, source, started_at)
       VALUES (UUID(), 'apply', '', ?, 10000, 10000, 'a', 'h', 'worker', UTC_TIMESTAMP(6))`,
      [status],
    );
  }
  const { stdout } = await inv.inside(['reconcile', 'history', '--format', 'table'], {
    env: { COLUMNS: '80' },
  });
  const [header, ...lines] = stdout.trimEnd().split('\n');
  expect(header).toMatch(/^ *RUN +MODE +RESULT +STARTED \(UTC\)/);
  const row = (mode: string, result: string): unknown =>
    expect.stringMatching(
      new RegExp(`^[0-9a-f-]{36} +${mode} +${result} +\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d[\\d:]*…?$`),
    );
  expect(lines).toEqual(
    expect.arrayContaining([
      row('check', 'clean'),
      row('worker', 'made 10000/10000'),
      row('worker', 'unfinished'),
      row('worker', 'drift 10000'),
      row('worker', 'repaired 10000'),
    ]),
  );
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});
