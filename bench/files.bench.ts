import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RowDataPacket } from 'mysql2/promise';
import { numbersOf, seedProducts, withHome } from './support/home.ts';
import type { BenchHome } from './support/home.ts';
import { documentOf, field, invJson, runLong } from './support/inv.ts';
import type { InvRun } from './support/inv.ts';
import { loadData } from './support/load-data.ts';
import { readOptions } from './support/options.ts';
import type { BenchOptions } from './support/options.ts';
import { check, conclude, printTable } from './support/result.ts';
import type { Check, Comparison } from './support/result.ts';
import { runInTurn, samplesOf } from './support/rounds.ts';
import type { Side } from './support/rounds.ts';
import { pairedRatio, spreadOf } from './support/statistics.ts';

/**
 * Files through the binary, whole process, against LOAD DATA of the same rows into an equal table of
 * the same server (P7, P8); a second run of each file; memory.
 *
 *   npm run bench:files [-- --quick] [--rounds N] [--other ROOT]
 */
const PRODUCTS = 1000;
const UNITS_EACH = 100_000_000;
const LOAD_MOVEMENTS = 'LOAD DATA of the movements';
/** What a line of a file writes; the rest is of pools. */
const COLUMNS =
  'id, posting_id, line, product_id, location_id, quantity, on_hand_after, available_after';
const LOAD_PRODUCTS = 'LOAD DATA of the products';

interface Bench {
  readonly home: BenchHome;
  readonly lines: number;
  readonly checks: Check[];
  /** Peak memory in MiB, by what ran. */
  readonly memory: Map<string, number[]>;
}

const options = readOptions({ rounds: 5, quickRounds: 1 });
await withHome(options.binary, (home) => bench(home, options));

async function bench(home: BenchHome, { quick, rounds, other }: BenchOptions): Promise<void> {
  const lines = quick ? 5000 : 100_000;
  const work: Bench = { home, lines, checks: [], memory: new Map() };
  await prepareStock(work);
  const sides = [...stockSides(work, 'stock out --from', options.binary), ...stockPeer(work)];
  if (other !== undefined) sides.push(...stockSides(work, 'other stock out --from', other));
  const hasImport = (await runLong(['product', 'import', '--help'], home.inv)).exitCode === 0;
  if (hasImport) sides.push(...(await productSides(work)));
  const samples = await runInTurn(sides, { rounds, warmUps: quick ? 0 : 1 });
  await checkStock(work);

  printTable(
    ['', 'median s', 'range', 'lines per s', 'peak MiB'],
    [...samples].map(([name, ms]) => {
      const { median, range } = spreadOf(ms);
      const memory = work.memory.get(name);
      return [
        name,
        (median / 1000).toFixed(2),
        range.map((value) => (value / 1000).toFixed(2)).join('–'),
        ((lines / median) * 1000).toFixed(0),
        memory === undefined ? '' : Math.max(...memory).toFixed(0),
      ];
    }),
  );
  const compare = (what: string, peer: string, target?: Comparison['target']): Comparison => ({
    what,
    peer,
    ratio: pairedRatio(samplesOf(samples, what), samplesOf(samples, peer)),
    ...(target === undefined ? {} : { target }),
  });
  conclude(
    {
      name: 'files',
      settings: { lines, products: PRODUCTS, durable: true, product_import: hasImport },
      comparisons: [
        compare('stock out --from', LOAD_MOVEMENTS, { id: 'P8', atMost: 4 }),
        compare('stock out --from again', LOAD_MOVEMENTS),
        ...(other === undefined ? [] : [compare('stock out --from', 'other stock out --from')]),
        ...(hasImport
          ? [
              compare('product import', LOAD_PRODUCTS, { id: 'P7', atMost: 1.7 }),
              compare('product import again', LOAD_PRODUCTS),
            ]
          : []),
      ],
      checks: work.checks,
      measured: {
        duration_ms: Object.fromEntries(samples),
        memory_mib_max: Object.fromEntries(work.memory),
      },
    },
    options,
  );
}

async function prepareStock({ home }: Bench): Promise<void> {
  await seedProducts(home.sql, 'FILE', PRODUCTS);
  const file = join(home.folder, 'stock.csv');
  const rows = Array.from({ length: PRODUCTS }, (_, at) => `FILE-${at + 1},${UNITS_EACH}`);
  writeFileSync(file, `sku,quantity\n${rows.join('\n')}\n`);
  await invJson(['stock', 'in', '--from', file], home.inv);
  await home.sql.query('CREATE TABLE peer_movements LIKE movements');
  await home.sql.query(
    'ALTER TABLE peer_movements ADD CONSTRAINT peer_posting_fk FOREIGN KEY (posting_id) REFERENCES postings (id)',
  );
}

/** A new file each round, and then the same file again, of which nothing may be booked. */
function stockSides(work: Bench, name: string, binary: string): readonly Side[] {
  const { home, lines } = work;
  const path = (round: number): string =>
    join(home.folder, `${name.replaceAll(' ', '-')}-${round}.csv`);
  const book = async (round: number, as: string, wanted: 'applied' | 'replayed') => {
    const args = ['stock', 'out', '--from', path(round)];
    const run = await runLong([...args, '--json'], { ...home.inv, binary });
    note(work, as, round, run);
    work.checks.push(check(`${as}, round ${round}`, field(documentOf(args, run), wanted), lines));
    return run.durationMs;
  };
  return [
    {
      name,
      run: (round) => {
        writeFileSync(path(round), stockFile(`${name} ${round}`, lines));
        return book(round, name, 'applied');
      },
    },
    { name: `${name} again`, run: (round) => book(round, `${name} again`, 'replayed') },
  ];
}

function stockFile(reference: string, lines: number): string {
  const rows = Array.from(
    { length: lines },
    (_, at) => `FILE-${1 + ((at * 7919) % PRODUCTS)},${1 + (at % 5)},${reference}`,
  );
  return `sku,quantity,reference\n${rows.join('\n')}\n`;
}

/** The newest rows of the ledger, as many as the file has lines, into a table with the same indexes. */
function stockPeer({ home, lines, checks }: Bench): readonly Side[] {
  const run = async (round: number): Promise<number> => {
    const [rows] = await home.sql.query<RowDataPacket[]>(
      `SELECT CONCAT_WS('\\t', ${COLUMNS}, COALESCE(unit_cost, '\\\\N')) AS line
         FROM movements ORDER BY id DESC LIMIT ?`,
      [lines],
    );
    const file = join(home.folder, 'movements.tsv');
    writeFileSync(
      file,
      rows
        .toReversed()
        .map((row) => `${String(row['line'])}\n`)
        .join(''),
    );
    const loaded = await loadData(home.socket, {
      file,
      into: `peer_movements (${COLUMNS}, unit_cost)`,
    });
    checks.push(check(`${LOAD_MOVEMENTS}, round ${round}`, loaded.rows, lines));
    return loaded.durationMs;
  };
  return [{ name: LOAD_MOVEMENTS, run }];
}

async function checkStock({ home, checks }: Bench): Promise<void> {
  const books = await numbersOf(
    home.sql,
    `SELECT (SELECT SUM(on_hand) FROM stock) AS on_hand, SUM(quantity) AS moved,
            COUNT(*) - COUNT(DISTINCT posting_id) AS doubles FROM movements`,
  );
  checks.push(
    check('on hand is the sum of the ledger', books['on_hand'], books['moved']),
    check('movements booked twice', books['doubles'], 0),
  );
}

async function productSides(work: Bench): Promise<readonly Side[]> {
  const { home, lines } = work;
  await home.sql.query('CREATE TABLE peer_products LIKE products');
  const path = (round: number): string => join(home.folder, `products-${round}.csv`);
  const importFile = async (round: number, as: string, wanted: string): Promise<number> => {
    const args = ['product', 'import', path(round)];
    const run = await runLong([...args, '--json'], home.inv);
    note(work, as, round, run);
    work.checks.push(check(`${as}, round ${round}`, field(documentOf(args, run), wanted), lines));
    return run.durationMs;
  };
  const peer = async (round: number): Promise<number> => {
    const file = join(home.folder, 'products.tsv');
    const stamps = '2026-01-01 00:00:00\t2026-01-01 00:00:00\tbench\tbench\tbench\tbench';
    const rows = Array.from(
      { length: lines },
      (_, at) =>
        `${(round + 2) * 10_000_000 + at}\t${productSku(round, at)}\tProduct ${at}\tpcs\t0\t0\t1.25\tactive\t1\t${stamps}\n`,
    );
    writeFileSync(file, rows.join(''));
    const loaded = await loadData(home.socket, { file, into: 'peer_products' });
    work.checks.push(check(`${LOAD_PRODUCTS}, round ${round}`, loaded.rows, lines));
    return loaded.durationMs;
  };
  return [
    {
      name: 'product import',
      run: (round) => {
        const rows = Array.from(
          { length: lines },
          (_, at) => `${productSku(round, at)},Product ${at},pcs,1.25`,
        );
        writeFileSync(path(round), `sku,name,unit,cost\n${rows.join('\n')}\n`);
        return importFile(round, 'product import', 'applied');
      },
    },
    {
      name: 'product import again',
      run: (round) => importFile(round, 'product import again', 'replayed'),
    },
    { name: LOAD_PRODUCTS, run: peer },
  ];
}

function productSku(round: number, at: number): string {
  return `IMPORT-${round + 2}-${at}`;
}

function note({ memory }: Bench, name: string, round: number, run: InvRun): void {
  if (round < 0) return;
  memory.set(name, [...(memory.get(name) ?? []), run.memoryMibMax]);
}
