import { fight } from './support/contest.ts';
import type { Bout, Contestant } from './support/contest.ts';
import { numbersOf, withHome } from './support/home.ts';
import type { BenchHome } from './support/home.ts';
import { lastUnits } from './support/last-units.ts';
import { readOptions } from './support/options.ts';
import type { BenchOptions } from './support/options.ts';
import { enterRaw } from './support/raw-contestants.ts';
import type { RawField } from './support/raw-contestants.ts';
import { check, conclude, printTable } from './support/result.ts';
import type { Check, Comparison } from './support/result.ts';
import { progress } from './support/rounds.ts';
import { pairedRatio, quantile, spreadOf } from './support/statistics.ts';
import { enterStrategies } from './support/strategy-contestants.ts';
import type { StrategyContestant } from './support/strategy-contestants.ts';

/**
 * Each strategy at 1, 16 and 64 writers on one hot product and on 1,000, beside what one would
 * write by hand, in turn; then the books are compared with the answers (P5).
 *
 *   npm run bench:strategies [-- --quick] [--rounds N] [--durable]
 */
const PRODUCTS = 1000;
const STOCK = 100_000_000;
const WRITERS = [1, 16, 64] as const;
const WRITERS_MAX = 64;
/** The case that the targets and the raw peers are about. */
const PEER_WRITERS = 16;

interface Cell {
  readonly contestant: Contestant;
  readonly writers: number;
  readonly products: number;
  readonly bouts: Bout[];
  retries: number;
}

const options = readOptions({ rounds: 7, quickRounds: 2 });
await withHome(options.binary, (home) => bench(home, options));

async function bench(home: BenchHome, { quick, rounds, durable }: BenchOptions): Promise<void> {
  const durationMs = quick ? 150 : 1000;
  // A commit that waits for the disk hides what the strategies differ in, so that is asked for apart.
  if (!durable) {
    await home.sql.query('SET GLOBAL innodb_flush_log_at_trx_commit = 0, GLOBAL sync_binlog = 0');
  }
  const { database, contestants } = await enterStrategies(home, {
    products: PRODUCTS,
    stock: STOCK,
    writersMax: WRITERS_MAX,
  });
  const [like] = contestants;
  if (like === undefined) throw new Error('there is no strategy');
  const raw = await enterRaw(home, { stock: STOCK, writersMax: WRITERS_MAX, like });
  const cells = cellsFor(contestants, raw);
  for (let round = -1; round < rounds; round += 1) {
    for (const cell of cells) {
      const before = retriesOf(cell.contestant);
      const seed = round * 1000 + cell.writers;
      const bout = await fight(cell.contestant, { ...cell, durationMs, seed });
      // The first round prepares statements and fills caches; it counts in the books only.
      cell.bouts.push(bout);
      cell.retries += retriesOf(cell.contestant) - before;
      progress(`round ${round + 1} of ${rounds}: ${cell.contestant.name}`);
    }
  }
  progress('');
  const checks = [
    ...(await checkBooks(home, contestants, cells)),
    ...(await checkRaw(raw, cells)),
    ...(await Promise.all(contestants.map((contestant) => lastUnits(home, contestant)))).flat(),
  ];
  await raw.close();
  await database.close();
  show(cells);
  conclude(
    {
      name: durable ? 'strategies-durable' : 'strategies',
      settings: { products: PRODUCTS, bout_ms: durationMs, durable },
      comparisons: compare(cells, raw),
      checks,
      measured: cells.map(documentOf),
    },
    options,
  );
}

function cellsFor(contestants: readonly StrategyContestant[], raw: RawField): readonly Cell[] {
  const cells: Cell[] = [];
  const add = (contestant: Contestant, writers: number, products: number): void => {
    cells.push({ contestant, writers, products, bouts: [], retries: 0 });
  };
  for (const writers of WRITERS) {
    for (const contestant of contestants) add(contestant, writers, 1);
    if (writers !== PEER_WRITERS) continue;
    add(raw.sameProcedure, writers, 1);
    add(raw.bareProcedure, writers, 1);
    add(raw.forUpdate, writers, 1);
    add(raw.forUpdateWithLedger, writers, 1);
  }
  for (const writers of WRITERS) {
    for (const contestant of contestants) add(contestant, writers, PRODUCTS);
  }
  return cells;
}

function compare(cells: readonly Cell[], raw: RawField): readonly Comparison[] {
  const speeds = (name: string): readonly number[] => {
    const cell = cells.find(
      ({ contestant, writers, products }) =>
        contestant.name === name && writers === PEER_WRITERS && products === 1,
    );
    return measured(cell).map(({ perSecond }) => perSecond);
  };
  const against = (peer: Contestant, target?: Comparison['target']): Comparison => ({
    what: 'conditional, hot, 16 writers',
    peer: peer.name,
    ratio: pairedRatio(speeds('conditional'), speeds(peer.name)),
    ...(target === undefined ? {} : { target }),
  });
  return [
    against(raw.sameProcedure, { id: 'P5', atLeast: 0.9 }),
    against(raw.forUpdate, { id: 'P5', atLeast: 3.5 }),
    against(raw.forUpdateWithLedger),
    against(raw.bareProcedure),
  ];
}

/** Every accepted answer is one movement, and what is on hand is what was there less what was taken. */
async function checkBooks(
  { sql }: BenchHome,
  contestants: readonly StrategyContestant[],
  cells: readonly Cell[],
): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const contestant of contestants) {
    const { name } = contestant;
    const own = cells.filter((cell) => cell.contestant === contestant);
    // The raw call of the same procedure takes from the products of this strategy.
    const raw = cells.filter((cell) => cell.contestant.name === 'raw same procedure');
    const taken = takenIn(name === 'conditional' ? [...own, ...raw] : own);
    const books = await numbersOf(
      sql,
      `SELECT (SELECT SUM(s.on_hand) FROM stock s JOIN products p ON p.id = s.product_id
                WHERE p.sku LIKE ?) AS on_hand,
              (SELECT COUNT(*) FROM stock s JOIN products p ON p.id = s.product_id
                WHERE p.sku LIKE ? AND (s.on_hand < 0 OR s.reserved > s.on_hand)) AS oversold,
              COUNT(*) AS movements, COUNT(DISTINCT m.posting_id) AS postings, SUM(m.quantity) AS moved
         FROM movements m JOIN products p ON p.id = m.product_id
        WHERE p.sku LIKE ? AND m.quantity < 0`,
      [`${name.toUpperCase()}-%`, `${name.toUpperCase()}-%`, `${name.toUpperCase()}-%`],
    );
    const { oversold = -1, movements = 0, postings = 0 } = books;
    checks.push(
      check(`${name}: oversold`, oversold, 0),
      check(`${name}: lost`, taken - movements, 0),
      check(`${name}: double`, movements - postings, 0),
      check(`${name}: on hand`, books['on_hand'], PRODUCTS * STOCK - taken),
      check(`${name}: ledger`, books['moved'], -taken),
    );
  }
  return checks;
}

async function checkRaw(raw: RawField, cells: readonly Cell[]): Promise<readonly Check[]> {
  const written = [raw.forUpdateWithLedger, raw.bareProcedure];
  const taken = takenIn(cells.filter(({ contestant }) => written.includes(contestant)));
  return [
    check('raw peers: books', await raw.books(), { gone: taken, ledger: taken, negative: 0 }),
  ];
}

function takenIn(cells: readonly Cell[]): number {
  return cells.flatMap(({ bouts }) => bouts).reduce((sum, bout) => sum + bout.taken, 0);
}

function measured(cell: Cell | undefined): readonly Bout[] {
  return cell?.bouts.slice(1) ?? [];
}

function retriesOf(contestant: Contestant): number {
  return contestant.retries?.() ?? 0;
}

function documentOf(cell: Cell): Readonly<Record<string, unknown>> {
  const bouts = measured(cell);
  const latencies = Float64Array.from(bouts.flatMap(({ latenciesMs }) => latenciesMs)).sort();
  return {
    name: cell.contestant.name,
    writers: cell.writers,
    products: cell.products,
    throughput_per_s: spreadOf(bouts.map(({ perSecond }) => perSecond)),
    latency_ms: {
      p50: quantile(latencies, 0.5),
      p95: quantile(latencies, 0.95),
      p99: quantile(latencies, 0.99),
    },
    accepted: takenIn([cell]),
    retries: cell.retries,
    errors: cell.bouts.reduce((sum, { failed }) => sum + failed, 0),
    error_messages: [...new Set(cell.bouts.flatMap(({ errors }) => errors))],
  };
}

function show(cells: readonly Cell[]): void {
  printTable(
    ['', 'SKUs', 'writers', 'per s', 'range', 'p50 ms', 'p95', 'p99', 'retries', 'errors'],
    cells.map((cell) => {
      const { median, range } = spreadOf(measured(cell).map(({ perSecond }) => perSecond));
      const latencies = Float64Array.from(
        measured(cell).flatMap(({ latenciesMs }) => latenciesMs),
      ).sort();
      const errors = cell.bouts.reduce((sum, { failed }) => sum + failed, 0);
      return [
        cell.contestant.name,
        String(cell.products),
        String(cell.writers),
        median.toFixed(0),
        range.map((value) => value.toFixed(0)).join('–'),
        ...[0.5, 0.95, 0.99].map((share) => quantile(latencies, share).toFixed(2)),
        String(cell.retries),
        String(errors),
      ];
    }),
  );
}
