import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertProducts } from '../support/catalogue-rows.ts';
import { projectRoot } from '../support/database.ts';
import { createInstallation } from '../support/installation.ts';
import type { Installation } from '../support/installation.ts';
import { violations } from '../support/ledger-proof.ts';
import { startCommand } from '../support/processes.ts';
import type { RunningCommand } from '../support/processes.ts';
import { runInTerminal } from '../support/pty.ts';
import { testServers } from '../support/servers.ts';

let inv: Installation;
let redis: Redis;
beforeAll(async () => {
  inv = await createInstallation();
  redis = new Redis(testServers().redisSocket);
  await insertProducts(inv.database, [{ sku: 'MUG' }]);
  await inv.json(['stock', 'in', 'MUG', '100']);
});
afterAll(async () => {
  expect(await violations(inv.database)).toEqual({});
  redis.disconnect();
  await inv.close();
});

const key = (rest: string): string => `${inv.database.name}:{0}:${rest}`;
const sell = (): Promise<unknown> => inv.json(['order', 'place', 'MUG', '1']);

/** Starts a worker, and waits for its first line. */
async function worker(args: readonly string[] = []): Promise<RunningCommand> {
  const running = startCommand(inv, ['worker', 'run', ...args]);
  const { stderr } = running.child;
  if (stderr !== null) await once(stderr, 'data');
  return running;
}

async function stopped(running: RunningCommand, signal: NodeJS.Signals = 'SIGTERM') {
  running.child.kill(signal);
  return running.ended;
}

describe('before there is any pool', () => {
  it('nothing waits, and there is nothing to do', async () => {
    const status = await inv.run(['worker', 'status', '--json']);
    expect(status.exitCode).toBe(0);
    expect(JSON.parse(status.stdout)).toMatchObject({ status: 'ok', advice: [] });
    expect(await inv.json(['worker', 'once'])).toEqual({
      settled: 0,
      returned: 0,
      duplicates: 0,
      parked: 0,
      expired_holds: 0,
      ...{ mended: 0, recovered: 1, handed_over: 0, closed: 0 },
      journal_applied: 0,
      lag_events: 0,
    });
    expect(await inv.json(['worker', 'parked', 'list'])).toEqual([]);
    expect((await inv.run(['worker', 'once', '--quiet', '--format', 'table'])).stdout).toBe(
      '✓ nothing was to be done\n',
    );
  });

  it.each([
    [['worker'], 2],
    [['worker', 'ronce'], 2],
    [['worker', 'once', '--fields', 'nmae'], 2],
    [['worker', 'run', '--dry-run'], 2],
    [['worker', 'once', '--dry-run'], 2],
    [['worker', 'recover', '--dry-run'], 2],
    [['worker', 'recover', '--shard', '1'], 2],
    [['worker', 'unfreeze', '--shard', '0', '--yes'], 3],
    [['worker', 'unfreeze', '--shard', '1', '--yes'], 2],
    [['worker', 'parked', 'retry', '1'], 4],
    [['worker', 'parked', 'discard', '1'], 2],
    [['worker', 'parked', 'discard', '1', '--yes'], 4],
  ])('%j is refused with exit code %i', async (args, exitCode) => {
    const result = await inv.inside([...args, '--json']);
    expect([result.exitCode, result.stdout]).toEqual([exitCode, '']);
  });

  it('without MySQL it ends with 69', async () => {
    const env = { INV_MYSQL_URL: 'mysql://u@127.0.0.1:1/x', INV_RETRY_ATTEMPTS_MAX: '1' };
    for (const command of ['run', 'once', 'status']) {
      expect((await inv.inside(['worker', command], { env })).exitCode).toBe(69);
    }
  });
});

describe('worker run', () => {
  beforeAll(() => inv.json(['pool', 'open', 'MUG', '50']));

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends in order at %s: exit 0, with what it did',
    async (signal) => {
      const running = await worker(['--json']);
      await sell();
      await expect
        .poll(() => inv.json(['worker', 'status']), { timeout: 20_000 })
        .toMatchObject({
          shards: [{ lag_entries: 0, worker: expect.any(String) as string }],
        });
      const { code, stdout, stderr } = await stopped(running, signal);
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ settled: 1, lag_events: 0 });
      const log = stderr
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(log.map(({ message }) => message)).toEqual([
        'working on 1 shard',
        'stopping; told again it ends at once',
      ]);
      expect(log[0]).toMatchObject({ level: 'info', time: expect.stringMatching(/Z$/) as string });
    },
  );

  it('--timeout is its time, not a failure', async () => {
    const { exitCode, stdout } = await inv.run([
      'worker',
      'run',
      '--timeout',
      '2s',
      '--format',
      'table',
    ]);
    expect([exitCode, stdout]).toEqual([0, '✓ nothing was to be done\n']);
  });

  it('says in a pipe what changes, with its time, and nothing of its routine', async () => {
    const running = await worker();
    await sell();
    await redis.del(key('p:1'));
    await expect
      .poll(() => inv.inside(['order', 'place', 'MUG', '1']), { timeout: 20_000 })
      .toMatchObject({ exitCode: 0 });
    const { code, stderr } = await stopped(running);
    expect(code).toBe(0);
    for (const line of stderr.trim().split('\n')) {
      expect(line).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z /);
    }
    expect(stderr).toContain('loaded anew from the books');
    expect(stderr.split('\n').length).toBeLessThan(12);
  });

  it('--quiet leaves alarms only', async () => {
    const running = startCommand(inv, ['worker', 'run', '--quiet']);
    await expect
      .poll(() => inv.inside(['worker', 'status', '--json']), { timeout: 20_000 })
      .toMatchObject({ stdout: expect.stringContaining('"worker":"') as string });
    const { code, stderr } = await stopped(running);
    expect([code, stderr]).toEqual([0, '']);
  });

  it('on a terminal has a line for each shard, and leaves only its summary', async () => {
    await sell();
    const { exitCode, raw, lines } = await runInTerminal(['worker', 'run'], {
      env: { ...inv.env },
      cwd: inv.folder,
      answers: [{ waitFor: /shard 0 {2}idle .*[1-9]\d* settled/, type: '\u0003' }],
    });
    expect(exitCode).toBe(0);
    expect(raw).toContain('working on 1 shard');
    expect(lines.at(-1)).toMatch(/✓ 1 sale booked$/);
  });
});

describe('what needs a person', () => {
  it('no worker, while something waits: exit 6', async () => {
    await sell();
    const status = await inv.run(['worker', 'status', '--json']);
    expect(status.exitCode).toBe(6);
    expect(JSON.parse(status.stdout)).toMatchObject({
      status: 'attention',
      shards: [{ lag_entries: 1, worker: null, redis: 'open' }],
      advice: [{ shard: 0, message: 'no worker settles what was sold' }],
    });
    const doctor = JSON.parse((await inv.run(['doctor', '--json'])).stdout) as {
      checks: { id: string }[];
    };
    expect(doctor.checks.find(({ id }) => id === 'pools.settlement')).toMatchObject({
      status: 'warn',
    });
    await inv.json(['worker', 'once']);
    expect((await inv.inside(['worker', 'status'])).exitCode).toBe(0);
  });

  it('a shard that lost its data is recovered, and says what may be lost', async () => {
    await redis.del(key('meta'));
    const status = await inv.run(['worker', 'status', '--json']);
    expect([status.exitCode, JSON.parse(status.stdout)]).toMatchObject([
      6,
      { shards: [{ redis: 'fenced' }] },
    ]);
    expect(await inv.json(['worker', 'recover'])).toMatchObject([
      { shard: 0, outcome: 'rebuilt', lost_max: expect.any(Number) as number },
    ]);
    expect(await inv.json(['worker', 'recover', '--shard', '0'])).toMatchObject([
      { outcome: 'not_due' },
    ]);
  });

  it('a foreign entry is parked: it is shown, retried and discarded, once', async () => {
    await redis.xadd(key('ev'), '*', 'hand', 'made\u001b[2J');
    expect(await inv.json(['worker', 'once'])).toMatchObject({ parked: 1, lag_events: 0 });
    const [event] = (await inv.json(['worker', 'parked', 'list'])) as { id: number }[];
    expect(event).toMatchObject({
      shard: 0,
      attempts: expect.any(Number) as number,
      reason: expect.any(String) as string,
      payload: expect.stringContaining('hand') as string,
      resolution: null,
    });
    const id = String(event?.id);
    expect((await inv.inside(['worker', 'status'])).exitCode).toBe(6);
    expect((await inv.inside(['doctor'])).exitCode).toBe(6);
    const retry = await inv.run(['worker', 'parked', 'retry', id, '--json']);
    expect([retry.exitCode, retry.stdout]).toEqual([3, '']);
    const screen = await runInTerminal(['worker', 'parked', 'list'], {
      env: { ...inv.env },
      cwd: inv.folder,
    });
    expect(screen.raw).not.toContain('\u001b[2J');
    expect((await inv.inside(['worker', 'parked', 'discard', id])).exitCode).toBe(2);
    const discard = ['worker', 'parked', 'discard', id, '--yes', '--request-id', 'd-1'];
    const discarded = await inv.run([...discard, '--json']);
    expect(JSON.parse(discarded.stdout)).toEqual({
      request_id: 'd-1',
      id: Number(id),
      outcome: 'discarded',
    });
    expect(await inv.json(discard)).toMatchObject({ outcome: 'discarded' });
    const other = ['worker', 'parked', 'discard', id, '--yes'];
    expect(await inv.json(other)).toMatchObject({ outcome: 'resolved_before' });
    expect(await inv.json(['worker', 'parked', 'list'])).toEqual([]);
    expect(await inv.json(['worker', 'parked', 'list', '--all'])).toMatchObject([
      { resolution: 'discarded' },
    ]);
    expect((await inv.inside(['worker', 'status'])).exitCode).toBe(0);
  });

  it('a frozen shard sells nothing until a person lets it go', async () => {
    await inv.database.sql(
      `UPDATE settlement_progress SET state = 'frozen', frozen_reason = 'MySQL is older' WHERE shard = 0`,
    );
    const status = await inv.run(['worker', 'status', '--format', 'table']);
    expect([status.exitCode, status.stdout]).toEqual([
      6,
      expect.stringContaining('frozen: MySQL is older'),
    ]);
    const doctor = await inv.run(['doctor', '--json']);
    expect(doctor.stdout).toContain('shard 0 is frozen: MySQL is older');
    const asked = await inv.run(['worker', 'unfreeze', '--shard', '0', '--json']);
    expect([asked.exitCode, asked.stdout]).toEqual([2, '']);
    expect(await inv.json(['worker', 'unfreeze', '--shard', '0', '--yes'])).toEqual({
      shard: 0,
      state: 'ready',
      was_frozen_for: 'MySQL is older',
      outcome: 'adopted',
    });
    await inv.json(['worker', 'once']);
    await sell();
    expect(await inv.json(['worker', 'once'])).toMatchObject({ settled: 1 });
  });
});

describe('an account of Redis with the rights of docs/pools.md', () => {
  const NAME = `acl_${String(process.pid)}`;
  const env = {
    INV_REDIS_URL: `redis://${NAME}@localhost/0?socket=${encodeURIComponent(testServers().redisSocket)}`,
    INV_REDIS_PASSWORD: 'right-secret',
    // An order that finds Redis emptied recovers it, which takes its time on a busy machine.
    INV_POOLS_BUDGET_MS: '60000',
  };
  beforeAll(async () => {
    const text = readFileSync(join(projectRoot, 'docs/pools.md'), 'utf8');
    const [snippet = ''] = /ACL SETUSER[^`]+/.exec(text) ?? [];
    const [, , , ...rules] = snippet.trim().split(/\s+/);
    const mine = rules.map((rule) =>
      rule.replace('>PASSWORD', '>right-secret').replace('~inv:*', `~${inv.database.name}:*`),
    );
    await redis.call('ACL', 'SETUSER', NAME, ...mine);
  });
  afterAll(() => redis.call('ACL', 'DELUSER', NAME));

  const rightsOf = async (): Promise<unknown> => {
    const { stdout } = await inv.inside(['doctor', '--json'], { env });
    const { checks } = JSON.parse(stdout) as { checks: { id: string }[] };
    return checks.find(({ id }) => id === 'redis.rights');
  };

  it('can sell, settle, recover and close, and the doctor is content', async () => {
    expect(await rightsOf()).toMatchObject({ status: 'ok' });
    await inv.run(['pool', 'close', 'MUG', '--yes'], { env });
    await inv.json(['pool', 'open', 'MUG', '5', '--per-buyer', '3'], { env });
    await redis.del(key('meta'));
    const buy = ['order', 'place', 'MUG', '1', '--buyer', 'ann'];
    await inv.json(buy, { env });
    await inv.json([...buy, '--hold', '5m', '--request-id', 'acl-1'], { env });
    await inv.json([...buy, '--hold', '5m', '--request-id', 'acl-2'], { env });
    await inv.json(['order', 'confirm', 'acl-1'], { env });
    await inv.json(['order', 'cancel', 'acl-2'], { env });
    expect(await inv.json(['worker', 'once'], { env })).toMatchObject({ settled: 2 });
    expect(await inv.json(['pool', 'close', 'MUG', '--yes'], { env })).toMatchObject({
      state: 'closed',
    });
  });

  it('that lacks one is a finding, and a command that needs it ends with 77', async () => {
    await redis.call('ACL', 'SETUSER', NAME, '-fcall_ro');
    expect(await rightsOf()).toMatchObject({
      status: 'fail',
      message: `"${NAME}" may not: fcall_ro`,
    });
    const order = await inv.run(['order', 'place', 'MUG', '1', '--json'], { env });
    expect([order.exitCode, order.stdout]).toEqual([77, '']);
    expect(order.stderr).not.toContain('right-secret');
  });
});
