import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createInstallation } from '../support/installation.ts';
import type { CommandResult, Installation } from '../support/installation.ts';
import { adminQuery, aloneWithRuns, leftByRuns, privateInv } from '../support/loadtest.ts';
import type { PrivateInv } from '../support/loadtest.ts';
import { startCommand } from '../support/processes.ts';
import { runInTerminal } from '../support/pty.ts';
import { testServers } from '../support/servers.ts';

interface Document {
  readonly verdict: 'pass' | 'fail' | 'invalid';
  readonly offered: number;
  readonly started: number;
  readonly dropped: number;
  readonly accepted: number;
  readonly held: number;
  readonly limited: number;
  readonly errors: number;
  readonly unknown: number;
  readonly replayed: number;
  readonly invariants: readonly {
    id: string;
    holds: boolean;
    applies: boolean;
    evidence: object;
  }[];
  readonly series: readonly Record<string, number | null>[];
}

/** The machine of a test is a busy one: starts may be late. */
const PATIENT = ['--lag-max', '10s', '--warm-up', '200ms'];

aloneWithRuns();
let inv: PrivateInv;
beforeAll(() => {
  inv = privateInv();
});
afterEach(async () => {
  expect(await leftByRuns()).toEqual({ databases: [], keys: [] });
});

function documentOf({ stdout, stderr }: Pick<CommandResult, 'stdout' | 'stderr'>): Document {
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Document;
}

const brokenIn = ({ invariants }: Document): string[] =>
  invariants.flatMap(({ id, holds }) => (holds ? [] : [id]));

describe('inv loadtest', () => {
  const FLASH = [
    ...['--buyers', '2000', '--stock', '50', '--window', '1s', '--duration', '1500ms'],
    ...['--duplicates', '0.02', '--per-buyer', '2', '--quantities', '1-2', '--seed', '7'],
  ];

  it('sells a flash sale out, not a unit more, and passes all ten invariants', async () => {
    const result = await inv.run(['loadtest', ...FLASH, ...PATIENT, '--json']);
    const document = documentOf(result);
    expect(brokenIn(document)).toEqual([]);
    expect(document.invariants.filter(({ applies }) => !applies)).toEqual([]);
    expect(document).toMatchObject({ seed: 7, profile: 'flash', target: 'lua', dropped: 0 });
    expect(document.offered).toBe(document.started + document.dropped);
    expect(document.offered).toBeGreaterThan(2_000);
    expect(document.accepted).toBeGreaterThanOrEqual(25);
    expect(document.accepted).toBeLessThanOrEqual(50);
    const units = document.series.reduce((sum, slot) => sum + (slot['units'] ?? 0), 0);
    expect(units).toBe(50);
    expect(result.exitCode).toBe(document.verdict === 'pass' ? 0 : 9);
    if (document.verdict === 'pass') expect(result.stderr).toBe('');
  });

  it('confirms, cancels and forgets holds, and takes the worker being killed', async () => {
    const result = await inv.run([
      ...['loadtest', '--profile', 'constant', '--rate', '200/s', '--duration', '1s'],
      ...['--buyers', '100', '--stock', '50', '--skus', '3', '--skew', 'zipf:1.1'],
      ...['--holds', '0.5', '--hold-for', '600ms', '--fault', 'kill-worker@400ms'],
      ...[...PATIENT, '--json'],
    ]);
    const document = documentOf(result);
    expect(brokenIn(document)).toEqual([]);
    expect(document.held).toBeGreaterThan(10);
    expect(document).toMatchObject({ faults: [{ fault: 'kill-worker@400ms', problem: null }] });
  });

  it.each(['conditional', 'pessimistic', 'optimistic', 'lock'])(
    'tries the strategy %s',
    async (target) => {
      const args = [
        '--profile',
        'constant',
        '--rate',
        '100/s',
        '--duration',
        '700ms',
        '--stock',
        '40',
      ];
      const result = await inv.run([
        'loadtest',
        'run',
        ...args,
        '--target',
        target,
        ...PATIENT,
        '--json',
      ]);
      const document = documentOf(result);
      expect(brokenIn(document)).toEqual([]);
      expect(document).toMatchObject({ target, accepted: 40, errors: 0, unknown: 0 });
    },
  );
});

describe('the verdict of inv loadtest', () => {
  const SHORT = [
    ...['--profile', 'constant', '--rate', '100/s', '--duration', '400ms', '--stock', '20'],
  ];
  /** Long enough for one line, which sums up a second. */
  const WATCHED = [...SHORT, '--duration', '1200ms', ...PATIENT];

  it('is exit code 8 for a missed threshold, told with what was measured', async () => {
    const expectations = [
      '--expect',
      'accepted>=1',
      '--expect',
      'sold_out = 0',
      '--expect',
      'p50<1h',
    ];
    expect((await inv.run(['loadtest', ...SHORT, ...expectations])).exitCode).toBe(2);
    const args = ['loadtest', ...SHORT, ...PATIENT, ...expectations.slice(0, 4), '--json'];
    const result = await inv.run(args);
    expect([result.exitCode, documentOf(result).verdict]).toEqual([8, 'fail']);
    expect(documentOf(result)).toMatchObject({
      reasons: [expect.stringMatching(/^sold_out = 0 missed: sold_out was [1-9]\d*$/)],
      thresholds: [
        { expression: 'accepted>=1', actual: 20, holds: true },
        { expression: 'sold_out = 0', actual: expect.any(Number), holds: false },
      ],
    });
    // Nobody reads an exit code in a log.
    expect(result.stderr).toMatch(/^! warning: sold_out = 0 missed: sold_out was [1-9]\d*\n$/m);
  });

  it('is exit code 9 when a fault that was planned did not happen', async () => {
    const once = ['--buyers', '5', '--retry', '0', '--duplicates', '0', '--window', '100ms'];
    const late = ['--duration', '20s', '--fault', 'kill-worker@15s'];
    const result = await inv.run(['loadtest', ...once, ...late, ...PATIENT, '--json']);
    expect([result.exitCode, documentOf(result)]).toMatchObject([
      9,
      {
        verdict: 'invalid',
        reasons: ['the fault kill-worker@15s: did not happen: the run was over first'],
        faults: [{ fault: 'kill-worker@15s', at_ms: null, until_ms: null }],
      },
    ]);
    expect(result.stderr).toContain('kill-worker@15s: did not happen');
  });

  it('is exit code 9 when the generator was the limit', async () => {
    const args = ['loadtest', ...SHORT, '--rate', '2000/s', '--in-flight', '1', '--warm-up', '0ms'];
    const result = await inv.run([...args, '--json']);
    expect([result.exitCode, documentOf(result).verdict]).toEqual([9, 'invalid']);
    expect(documentOf(result).dropped).toBeGreaterThan(0);
  });

  it('is exit code 7 when a unit appears out of nowhere', async () => {
    const running = startCommand(inv, ['loadtest', ...SHORT, ...PATIENT, '--json']);
    let database: string | undefined;
    while (database === undefined) {
      await sleep(20);
      for (const name of (await leftByRuns()).databases) {
        if (await addsUnit(name)) database = name;
      }
    }
    const { code, stdout, stderr } = await running.ended;
    const document = documentOf({ stdout, stderr });
    expect([code, document.verdict, brokenIn(document)]).toEqual([7, 'fail', ['I7']]);
  });

  it('comes below a screen that shows rate, latency, outcomes and stock, on a terminal', async () => {
    const { env, folder } = inv;
    const args = ['loadtest', ...WATCHED];
    const { raw, lines } = await runInTerminal(args, { env, cwd: folder, columns: 100 });
    for (const shown of [
      /\d\.\d s {3}rate {6}\d+\/s of 100\/s/,
      /latency {3}p50 \d+\.\d ms, p99 \d+\.\d ms in the last second/,
      /outcomes {2}\d+ accepted, \d+ refused, 0 failed, 0 dropped/,
      /stock {5}\d+ left, \d+ unsettled/,
    ]) {
      expect(raw).toMatch(shown);
    }
    expect(lines.at(-1)).toMatch(/^(✓ pass|! invalid)/);
  });

  /** As soon as the pool is open; before that there is no table, or no row. */
  async function addsUnit(database: string): Promise<boolean> {
    const stock = `${database}.stock`;
    const where = 'WHERE on_hand = 20 AND reserved = 20 LIMIT 1';
    try {
      if ((await adminQuery(`SELECT 1 FROM ${stock} ${where}`)).length === 0) return false;
      await adminQuery(`UPDATE ${stock} SET on_hand = on_hand + 1 ${where}`);
      return true;
    } catch {
      return false;
    }
  }

  it('comes last, below a line a second, where people read it in a pipe', async () => {
    const result = await inv.run(['loadtest', ...WATCHED, '--format', 'table']);
    expect(result.stdout.trimEnd().split('\n').at(-1)).toMatch(/^(✓ pass|! invalid)/);
    expect(result.stdout).toContain('✓ I10');
    expect(result.stderr).toMatch(/ 1\.\d s {2}\d+\/s of 100\/s {2}p50 .* left, \d+ unsettled/);
  });

  it('tells the warm-up as such, with what it starts and how long that takes', async () => {
    const args = [...WATCHED, '--warm-up', '2s', '--format', 'table'];
    const { stderr } = await inv.run(['loadtest', ...args]);
    expect(stderr).toMatch(/ [1-9]\d*\/s of [1-9]\d*\/s \(warm-up\) {2}p50 \d+\.\d ms/);
  });
});

describe('what inv loadtest refuses', () => {
  let configured: Installation;
  beforeAll(async () => {
    configured = await createInstallation();
  });
  afterAll(() => configured.close());

  it.each([
    [['--expect', 'p98<5ms'], /no metric "p98": did you mean p9/],
    [['--expect', 'p99<5'], /compared with a time such as 50ms/],
    [['--target', 'http://localhost:3000'], /no HTTP server/],
    [['--target', 'conditonal'], /did you mean conditional/],
    [['--target', 'conditional', '--per-buyer', '2'], /sells without pools/],
    [['--fault', 'redis-restart'], /redis-restart@3s/],
    [['--fault', 'mysql-latency=1s@3s..2s'], /ends before it begins/],
    [
      ['--duration', '6s', '--fault', 'redis-restart@9s'],
      /redis-restart@9s: the load takes 6s after the warm-up, so it would never happen/,
    ],
    [['validate', '--duration', '6s', '--fault', 'redis-restart@9s'], /would never happen/],
    [['--rate', '100'], /write 100\/s/],
    [['--retry', '2'], /more than the whole/],
    [['--skew', 'hot:5:0.5'], /5 hot products/],
    [['--threads', '0'], /1 to 16/],
  ])('%j, before anything is touched', async (args, message) => {
    const result = await inv.run(['loadtest', ...args]);
    expect([result.exitCode, result.stdout]).toEqual([2, '']);
    expect(result.stderr).toMatch(message);
  });

  it('stores that are not marked for tests, unless they are named by hand', async () => {
    const { database } = configured;
    const run: Installation['run'] = (words, options) => configured.run(words, options);
    const args = ['loadtest', '--profile', 'constant', '--rate', '50/s', '--duration', '500ms'];
    const plain = await run([...args, '--json']);
    expect([plain.exitCode, plain.stdout]).toEqual([3, '']);
    expect(plain.stderr).toContain(`the stores of ${database.name} are not marked for tests`);
    const other = await run([...args, '--confirm-target', 'another']);
    expect(other.exitCode).toBe(3);
    // The account of the application may not make a database.
    const named = await run([...args, '--confirm-target', database.name]);
    expect([named.exitCode, named.stderr]).toEqual([77, expect.stringContaining('GRANT ALL')]);
    const restart = ['--fault', 'redis-restart@100ms', '--confirm-target', database.name];
    const env = { INV_MYSQL_URL: adminUrl(database.name) };
    expect((await run([...args, ...restart], { env })).exitCode).toBe(3);
    const marked = await run([...args, ...PATIENT, '--json'], {
      env: { ...env, INV_LOADTEST_ALLOWED: 'true' },
    });
    expect(brokenIn(documentOf(marked))).toEqual([]);
  });

  function adminUrl(name: string): string {
    const socket = encodeURIComponent(testServers().mysqlSocket);
    return `mysql://inv_admin@localhost/${name}?socket=${socket}`;
  }

  it('a Ctrl-C leaves nothing behind, and is no verdict', async () => {
    const args = ['loadtest', '--profile', 'constant', '--rate', '50/s', '--duration', '30s'];
    const running = startCommand(inv, [...args, '--json']);
    while ((await leftByRuns()).keys.length === 0) await sleep(50);
    await sleep(500);
    running.child.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;
    expect([code, stdout]).toEqual([130, '']);
    expect(stderr).toContain('the run is not judged');
  });

  it('what a killed run has left, inv loadtest clean removes, and nothing else', async () => {
    const args = ['loadtest', '--profile', 'constant', '--rate', '50/s', '--duration', '30s'];
    const running = startCommand(inv, args);
    while ((await leftByRuns()).keys.length === 0) await sleep(50);
    const spared = await inv.run(['loadtest', 'clean', '--json']);
    expect(JSON.parse(spared.stdout)).toEqual({ removed: [], running: [expect.any(String)] });
    running.child.kill('SIGKILL');
    await running.ended;
    await sleep(500);
    const cleaned = await inv.run(['loadtest', 'clean', '--json']);
    const {
      running: [run],
    } = JSON.parse(spared.stdout) as { running: string[] };
    expect(JSON.parse(cleaned.stdout)).toEqual({ removed: [run], running: [] });
  });
});
