import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withHome } from './support/home.ts';
import type { BenchHome } from './support/home.ts';
import { documentOf, field, invJson, runBriefly } from './support/inv.ts';
import type { Inv, InvRun } from './support/inv.ts';
import { readOptions } from './support/options.ts';
import type { BenchOptions } from './support/options.ts';
import { check, conclude, printTable } from './support/result.ts';
import type { Check, Comparison } from './support/result.ts';
import { runInTurn, samplesOf } from './support/rounds.ts';
import type { Side } from './support/rounds.ts';
import { pairedRatio, spreadOf } from './support/statistics.ts';

/**
 * Whole processes, from start to end, against `node -e 0` in the same round (P9).
 *
 *   npm run bench:startup [-- --quick] [--rounds N] [--other ROOT]
 */
const WARM_UPS = 3;
const STOCK = 1_000_000;
const BARE = 'node -e 0';

interface Case {
  readonly name: string;
  readonly args: readonly string[];
  readonly inv: Inv;
  readonly accepts: (run: InvRun) => boolean;
  readonly target?: Comparison['target'];
}

const options = readOptions({ rounds: 21, quickRounds: 3 });
await withHome(options.binary, (home) => bench(home, options));

async function bench(home: BenchHome, { rounds, binary, other }: BenchOptions): Promise<void> {
  await invJson(['product', 'add', 'BENCH', '--name', 'Bench'], home.inv);
  await invJson(['stock', 'in', 'BENCH', String(STOCK)], home.inv);
  const cases = casesFor(home, binary, '');
  if (other !== undefined) cases.push(...casesFor(home, other, 'other '));
  const wrong: Check[] = [];
  let taken = 0;
  const bare: Side = {
    name: BARE,
    run: () => runBriefly(['-e', '0'], home.inv).durationMs,
  };
  const sides = cases.map(({ name, args, inv, accepts }): Side => ({
    name,
    run: () => {
      const run = runBriefly([inv.binary, ...args], inv);
      if (!accepts(run)) {
        wrong.push({ what: name, holds: false, evidence: `${run.stdout}${run.stderr}` });
      }
      if (args[1] === 'out') taken += 1;
      return run.durationMs;
    },
  }));
  const samples = await runInTurn([bare, ...sides], { rounds, warmUps: WARM_UPS });
  const left = await invJson(['stock', 'show', 'BENCH'], home.inv);

  const nodeMs = samplesOf(samples, BARE);
  printTable(
    ['whole process', 'median ms', 'middle half', 'range'],
    [...samples].map(([name, ms]) => {
      const { median, quartiles, range } = spreadOf(ms);
      const shown = (pair: readonly number[]): string =>
        pair.map((value) => value.toFixed(1)).join('–');
      return [name, median.toFixed(1), shown(quartiles), shown(range)];
    }),
  );
  conclude(
    {
      name: 'startup',
      settings: { warm_ups: WARM_UPS },
      comparisons: cases.map(({ name, target }) => ({
        what: name,
        peer: BARE,
        ratio: pairedRatio(samplesOf(samples, name), nodeMs),
        ...(target === undefined ? {} : { target }),
      })),
      checks: [...wrong, check('each call took one unit', field(left, 'on_hand'), STOCK - taken)],
      measured: { duration_ms: Object.fromEntries(samples) },
    },
    options,
  );
}

function casesFor({ inv, folder }: BenchHome, binary: string, prefix: string): Case[] {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const plain = { ...inv, binary };
  const withVariable = {
    ...plain,
    env: { ...inv.env, INV_HOME: join(folder, '.local', 'share', 'inv') },
  };
  const project = join(folder, 'project');
  mkdirSync(project, { recursive: true });
  copyFileSync('inventory.config.yaml', join(project, 'inventory.config.yaml'));
  const out = ['stock', 'out', 'BENCH', '1', '--json'];
  const promised = (atMost: number): Pick<Case, 'target'> =>
    prefix === '' ? { target: { id: 'P9', atMost } } : {};
  return [
    {
      name: `${prefix}inv --version`,
      args: ['--version'],
      inv: plain,
      accepts: (run) => run.stdout === `${version}\n`,
      ...promised(1.1),
    },
    {
      name: `${prefix}inv --help`,
      args: ['--help'],
      inv: plain,
      accepts: (run) => run.exitCode === 0 && run.stdout.startsWith('Usage: inv '),
      ...promised(1.25),
    },
    {
      name: `${prefix}inv stock out`,
      args: out,
      inv: plain,
      accepts: isBooked,
      ...promised(1.8),
    },
    { name: `${prefix}… with INV_HOME`, args: out, inv: withVariable, accepts: isBooked },
    {
      name: `${prefix}… with a file`,
      args: out,
      inv: { ...plain, cwd: project },
      accepts: isBooked,
    },
  ];
}

function isBooked(run: InvRun): boolean {
  if (run.exitCode !== 0) return false;
  const document = documentOf([], run);
  return field(document, 'kind') === 'out' && field(document, 'replayed') === false;
}
