import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { numbersOf, seedProducts, withHome } from './support/home.ts';
import type { BenchHome } from './support/home.ts';
import { documentOf, field, invJson, runBriefly } from './support/inv.ts';
import { readOptions } from './support/options.ts';
import type { BenchOptions } from './support/options.ts';
import { check, conclude, printTable } from './support/result.ts';
import type { Check } from './support/result.ts';
import { runInTurn, samplesOf } from './support/rounds.ts';
import type { Side } from './support/rounds.ts';
import { pairedRatio, spreadOf } from './support/statistics.ts';

/**
 * Everyday commands on small books and on ten times as large ones, in turn: they must take equally
 * long (P11). Both pairs of servers run at the same time.
 *
 *   npm run bench:growth [-- --quick] [--rounds N]
 */
const WARM_UPS = 2;
/** Equal within the noise of whole processes on a shared machine. */
const FLAT = { id: 'P11', atMost: 1.15 } as const;

interface Command {
  readonly name: string;
  readonly args: readonly string[];
  /** What the document must look like, whatever the size of the books. */
  readonly accepts: (document: unknown) => boolean;
}

const COMMANDS: readonly Command[] = [
  {
    name: 'stock out',
    args: ['stock', 'out', 'GROW-1', '1'],
    accepts: (document) => field(document, 'kind') === 'out',
  },
  { name: 'stock show', args: ['stock', 'show', 'GROW-7'], accepts: isAbout('GROW-7') },
  {
    name: 'history, a page',
    args: ['stock', 'history', '--limit', '50'],
    accepts: hasLength(50),
  },
  {
    name: 'history of a SKU',
    args: ['stock', 'history', 'GROW-7', '--limit', '10'],
    accepts: hasLength(10),
  },
  {
    name: 'product list, a page',
    args: ['product', 'list', '--limit', '50'],
    accepts: hasLength(50),
  },
  { name: 'stock list, a page', args: ['stock', 'list', '--limit', '50'], accepts: hasLength(50) },
  { name: 'why', args: ['stock', 'why', 'GROW-7'], accepts: isAbout('GROW-7') },
];

const options = readOptions({ rounds: 11, quickRounds: 3 });
const sizes = options.quick ? ([1000, 10_000] as const) : ([10_000, 100_000] as const);
await withHome(options.binary, (small) =>
  withHome(options.binary, (large) => bench(small, large, options)),
);

async function bench(small: BenchHome, large: BenchHome, { rounds }: BenchOptions): Promise<void> {
  await fill(small, sizes[0]);
  await fill(large, sizes[1]);
  const commands = COMMANDS.filter(({ args }) => {
    const help = runBriefly([small.inv.binary, ...args.slice(0, 2), '--help'], small.inv);
    return help.exitCode === 0;
  });
  const checks: Check[] = [];
  const side = (command: Command, home: BenchHome, size: number): Side => ({
    name: `${command.name} at ${size}`,
    run: () => {
      const run = runBriefly([home.inv.binary, ...command.args, '--json'], home.inv);
      const isRight = command.accepts(documentOf(command.args, run));
      if (!isRight) {
        checks.push({ what: `${command.name} at ${size}`, holds: false, evidence: run.stdout });
      }
      return run.durationMs;
    },
  });
  const sides = commands.flatMap((command) => [
    side(command, small, sizes[0]),
    side(command, large, sizes[1]),
  ]);
  const samples = await runInTurn(sides, { rounds, warmUps: WARM_UPS });
  for (const home of [small, large]) checks.push(await checkLedger(home));

  printTable(
    ['whole process', 'median ms', 'range'],
    [...samples].map(([name, ms]) => {
      const { median, range } = spreadOf(ms);
      return [name, median.toFixed(1), range.map((value) => value.toFixed(1)).join('–')];
    }),
  );
  conclude(
    {
      name: 'growth',
      settings: { products_and_movements: sizes, left_out: COMMANDS.length - commands.length },
      comparisons: commands.map(({ name }) => ({
        what: `${name} at ${sizes[1]}`,
        peer: `at ${sizes[0]}`,
        ratio: pairedRatio(
          samplesOf(samples, `${name} at ${sizes[1]}`),
          samplesOf(samples, `${name} at ${sizes[0]}`),
        ),
        target: FLAT,
      })),
      checks,
      measured: { duration_ms: Object.fromEntries(samples) },
    },
    options,
  );
}

/** As many products as the size says, each received once through the binary; ten more for GROW-7. */
async function fill({ inv, sql, folder }: BenchHome, size: number): Promise<void> {
  await seedProducts(sql, 'GROW', size);
  const file = join(folder, 'receive.csv');
  const skus = Array.from({ length: size }, (_, at) => `GROW-${at + 1}`);
  const lines = [...skus, ...Array.from({ length: 10 }, () => 'GROW-7')];
  writeFileSync(file, `sku,quantity\n${lines.map((sku) => `${sku},1000`).join('\n')}\n`);
  await invJson(['stock', 'in', '--from', file], inv);
  await sql.query('ANALYZE TABLE products, stock, postings, movements');
}

async function checkLedger({ sql }: BenchHome): Promise<Check> {
  const books = await numbersOf(
    sql,
    'SELECT (SELECT SUM(on_hand) FROM stock) AS on_hand, SUM(quantity) AS moved FROM movements',
  );
  return check('on hand is the sum of the ledger', books['on_hand'], books['moved']);
}

function isAbout(sku: string): (document: unknown) => boolean {
  return (document) => field(document, 'sku') === sku;
}

function hasLength(length: number): (document: unknown) => boolean {
  return (document) => Array.isArray(document) && document.length === length;
}
