import { afterAll, beforeAll, expect, it } from 'vitest';
import { runBinary } from '../support/installation.ts';
import type { CommandResult } from '../support/installation.ts';
import { temporaryFolder } from '../support/servers.ts';

/** Servers of its own: the shared ones must not be restarted under other tests. */
let run: (args: readonly string[]) => Promise<CommandResult>;
beforeAll(async () => {
  const folder = temporaryFolder('faults');
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, LANG: 'C.UTF-8', INV_HOME: folder };
  run = (args) => runBinary(args, { env, cwd: folder });
  const started = await run(['local', 'start']);
  if (started.exitCode !== 0) throw new Error(started.stderr);
});
afterAll(() => run(['local', 'stop']));

it('keeps all ten invariants while Redis dies, the worker is killed and MySQL is slow', async () => {
  const { stdout, stderr } = await run([
    ...['loadtest', '--profile', 'constant', '--rate', '150/s', '--duration', '2s', '--json'],
    ...['--buyers', '300', '--stock', '200', '--per-buyer', '3', '--duplicates', '0.05'],
    ...['--fault', 'redis-restart@500ms', '--fault', 'kill-worker@700ms'],
    ...[
      '--fault',
      'mysql-latency=20ms@200ms..1s',
      '--threads',
      '2',
      '--warm-up',
      '300ms',
      '--lag-max',
      '20s',
    ],
  ]);
  if (stdout === '') throw new Error(stderr);
  const document = JSON.parse(stdout) as {
    readonly invariants: readonly { id: string; holds: boolean; applies: boolean }[];
    readonly faults: readonly { fault: string; problem: string | null }[];
    readonly accepted: number;
  };
  expect(document.invariants.filter(({ holds, applies }) => !holds || !applies)).toEqual([]);
  expect(document.faults.map(({ fault }) => fault).sort()).toEqual([
    'kill-worker@700ms',
    'mysql-latency=20ms@200ms..1s',
    'redis-restart@500ms',
  ]);
  expect(document.faults.every(({ problem }) => problem === null)).toBe(true);
  expect(document.accepted).toBeGreaterThan(60);
});
