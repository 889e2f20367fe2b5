import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createInstallation } from '../support/installation.ts';
import type { Installation } from '../support/installation.ts';
import { adminQuery, aloneWithRuns, leftByRuns, privateInv } from '../support/loadtest.ts';
import type { PrivateInv } from '../support/loadtest.ts';
import { startCommand } from '../support/processes.ts';

interface Strategy {
  readonly strategy: string;
  readonly unsafe: boolean;
  readonly attempted: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly errors: number;
  readonly latency_ms: Readonly<Record<string, number>>;
  readonly cpu_ms: Readonly<Record<string, number | null>>;
  readonly last_units: { readonly attempted: number; readonly accepted: number };
  readonly oversold: number;
  readonly undersold: number;
  readonly lost: number;
  readonly double: number;
  readonly verdict: string;
}

interface Document {
  readonly machine: Readonly<Record<string, unknown>>;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly strategies: readonly Strategy[];
}

aloneWithRuns();
let inv: PrivateInv;
beforeAll(() => {
  inv = privateInv();
});
afterEach(async () => {
  expect(await leftByRuns()).toEqual({ databases: [], keys: [] });
});

describe('inv bench deduct', () => {
  const SMALL = ['--requests', '60', '--rounds', '1', '--concurrency', '8', '--seed', '7'];

  it('finds every strategy safe, and the ways that are known to be wrong unsafe', async () => {
    const result = await inv.run(['bench', 'deduct', ...SMALL, '--unsafe', '--json']);
    expect(result.stderr).toBe('');
    const document = JSON.parse(result.stdout) as Document;
    const { strategies, settings, machine } = document;
    expect(strategies.map(({ strategy, unsafe, verdict }) => [strategy, unsafe, verdict])).toEqual([
      ['conditional', false, 'SAFE'],
      ['pessimistic', false, 'SAFE'],
      ['optimistic', false, 'SAFE'],
      ['lock', false, 'SAFE'],
      ['lua', false, 'SAFE'],
      ['lock-paused', false, 'SAFE'],
      ['read-check-write', true, 'UNSAFE'],
      ['lock-no-fence', true, 'UNSAFE'],
    ]);
    expect(result.exitCode).toBe(0);
    for (const one of strategies) {
      expect(one.attempted).toBe(60);
      expect(one.accepted + one.rejected + one.errors).toBe(60);
      expect(one.latency_ms['p50']).toBeGreaterThan(0);
      expect(one.latency_ms['p99']).toBeLessThanOrEqual(one.latency_ms['max'] ?? 0);
      expect(one.cpu_ms['client']).toBeGreaterThan(0);
      expect(one.last_units.attempted).toBe(2 * 64);
    }
    for (const one of strategies.filter(({ unsafe }) => !unsafe)) {
      expect([one.accepted, one.errors]).toEqual([60, 0]);
      // Eighty units in two bouts, for requests of one to three.
      expect(one.last_units.accepted).toBeGreaterThanOrEqual(26);
      expect(one.last_units.accepted).toBeLessThanOrEqual(80);
    }
    const naive = strategies.find(({ strategy }) => strategy === 'read-check-write');
    expect(naive?.lost).toBeGreaterThan(0);
    expect(naive?.double).toBeGreaterThan(0);
    const paused = strategies.find(({ strategy }) => strategy === 'lock-no-fence');
    expect(paused?.lost).toBeGreaterThan(0);
    expect(settings).toMatchObject({ seed: 7, rounds: 1, concurrency: 8, skus: 1, requests: 60 });
    expect(machine).toMatchObject({ mysql: expect.any(String), redis: expect.any(String) });
  });

  it('shows bars to people and plain columns to pipes, for many products and for a time', async () => {
    const args = ['bench', 'deduct', '--duration', '100ms', '--rounds', '1', '--concurrency', '4'];
    const some = [...args, '--strategies', 'lua,conditional', '--skus', '3'];
    const page = join(inv.folder, 'deduct.html');
    const table = await inv.run([
      ...[...some, '--format', 'table', '--color', 'never', '--html', page],
    ]);
    await expectPage(page, /no strategy oversold/);
    expect(table.stdout).toMatch(/[█#]{12}/);
    expect(table.stdout).toMatch(/conditional[^]*lua/);
    const piped = await inv.run([...args, '--strategies', 'conditional']);
    const [head = '', ...rows] = piped.stdout.trimEnd().split('\n');
    expect(head.split('\t')).toContain('latency_p99_ms');
    expect(rows.map((row) => row.split('\t').at(-1))).toEqual(['SAFE']);
    expect(piped.stdout).not.toMatch(/█/);
  });

  it('is exit code 7 when a unit goes without a line in the ledger', async () => {
    const args = ['bench', 'deduct', '--strategies', 'conditional', '--duration', '2s'];
    const running = startCommand(inv, [...args, '--rounds', '1', '--concurrency', '2', '--json']);
    await untilSelling(async (database) => {
      await adminQuery(
        `UPDATE ${database}.stock SET on_hand = on_hand - 1 WHERE on_hand > 1000000`,
      );
    });
    const { code, stdout } = await running.ended;
    expect(JSON.parse(stdout)).toMatchObject({
      strategies: [{ double: 1, oversold: 0, undersold: 0, lost: 0, verdict: 'UNSAFE' }],
    });
    expect(code).toBe(7);
  });

  it('is cut off by Ctrl-C, and leaves nothing', async () => {
    const running = startCommand(inv, ['bench', 'deduct', '--duration', '60s', '--rounds', '1']);
    await untilSelling(() => Promise.resolve());
    running.child.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;
    expect([code, stdout]).toEqual([130, '']);
    expect(stderr).toContain('removed');
  });

  /** Acts on the database of the run that goes on, once its writers have booked something. */
  async function untilSelling(act: (database: string) => Promise<void>): Promise<void> {
    for (;;) {
      await sleep(20);
      for (const database of (await leftByRuns()).databases) {
        const booked = await adminQuery(
          `SELECT 1 FROM ${database}.postings WHERE kind = 'out' LIMIT 1`,
        ).catch(() => []);
        if (booked.length === 0) continue;
        await act(database);
        return;
      }
    }
  }
});

/** One file that asks nobody for anything, with the figures inside. */
async function expectPage(path: string, said: RegExp): Promise<void> {
  const page = await readFile(path, 'utf8');
  expect(page).toMatch(said);
  expect(page).toContain("default-src 'none'");
  expect(page).toContain('prefers-color-scheme: dark');
  expect(page).not.toMatch(/https?:|@import|url\(|src=/);
  const [, data = ''] = /id="data">(.*?)<\/script>/s.exec(page) ?? [];
  expect(JSON.parse(data)).toMatchObject({ schema: 1, machine: { cores: expect.any(Number) } });
}

describe('inv bench lua', () => {
  it('counts what is left by every variant, and shows that the bare command oversells', async () => {
    const page = join(inv.folder, 'lua.html');
    const small = ['--requests', '300', '--rounds', '1', '--concurrency', '16'];
    const result = await inv.run(['bench', 'lua', ...small, '--html', page, '--json']);
    expect([result.stderr, result.exitCode]).toEqual(['', 0]);
    const { variants } = JSON.parse(result.stdout) as {
      variants: readonly { variant: string; accepted: number; wrong: number; verdict: string }[];
    };
    expect(variants.map(({ variant, accepted, verdict }) => [variant, accepted, verdict])).toEqual([
      ['library', 300, 'SAFE'],
      ['library, one a call', 300, 'SAFE'],
      ['seed script', 300, 'SAFE'],
      ['bare DECRBY', 300, 'UNSAFE'],
    ]);
    // Two bouts of 200 requests for 40 units each.
    expect(variants.at(-1)?.wrong).toBe(2 * 160);
    await expectPage(page, /every unit that was promised is gone from the store, once/);
  });

  it('is cut off by Ctrl-C, and leaves nothing', async () => {
    const running = startCommand(inv, ['bench', 'lua', '--duration', '60s']);
    while ((await leftByRuns()).keys.length === 0) await sleep(20);
    await sleep(200);
    running.child.kill('SIGINT');
    const { code, stdout } = await running.ended;
    expect([code, stdout]).toEqual([130, '']);
  });
});

describe('what inv bench refuses', () => {
  let configured: Installation;
  beforeAll(async () => {
    configured = await createInstallation();
  });
  afterAll(() => configured.close());

  it('a wrong option, before a store is touched', async () => {
    const result = await configured.run(['bench', 'deduct', '--concurrency', '257']);
    expect([result.exitCode, result.stdout]).toEqual([2, '']);
    expect(result.stderr).toMatch(/1 to 256/);
  });

  it('a page that cannot be written, before a store is touched', async () => {
    const page = join(configured.folder, 'no', 'such', 'folder.html');
    const result = await configured.run(['bench', 'lua', '--html', page]);
    expect([result.exitCode, result.stdout]).toEqual([2, '']);
    expect(result.stderr).toContain('--html');
  });

  it('stores that are not marked for tests', async () => {
    for (const bench of ['deduct', 'lua']) {
      const result = await configured.run(['bench', bench, '--requests', '1', '--json']);
      expect([result.exitCode, result.stdout]).toEqual([3, '']);
      expect(JSON.parse(result.stderr)).toMatchObject({ error: { code: 'REFUSED' } });
    }
  });
});
