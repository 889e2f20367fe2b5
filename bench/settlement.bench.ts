import type { SaleNote } from '../src/domain/pool.ts';
import { numbersOf, withHome } from './support/home.ts';
import type { BenchHome } from './support/home.ts';
import { createLoadPeer } from './support/load-batches.ts';
import type { LoadPeer } from './support/load-batches.ts';
import { readOptions } from './support/options.ts';
import type { BenchOptions } from './support/options.ts';
import { check, conclude, printTable } from './support/result.ts';
import type { Check, Comparison } from './support/result.ts';
import { runInTurn, samplesOf } from './support/rounds.ts';
import type { Side } from './support/rounds.ts';
import { enterSettlement } from './support/settlement-field.ts';
import type { SettlementField } from './support/settlement-field.ts';
import { pairedRatio, spreadOf } from './support/statistics.ts';

/**
 * Settled movements a second, one worker, 1,000 SKUs, with the offset in the same transaction, beside
 * LOAD DATA of the very rows that were written, in the same batches (P4).
 *
 *   npm run bench:settlement [-- --quick] [--rounds N] [--durable]
 */
const PRODUCTS = 1000;
const UNITS_EACH = 100_000_000;
const BATCHES = [500, 2000] as const;

interface Case {
  readonly events: number;
  /** `out` writes postings and movements; `sale` an order beside them. */
  readonly kind: SaleNote['kind'];
}

const CASES: readonly Case[] = BATCHES.flatMap((events) => [
  { events, kind: 'out' as const },
  { events, kind: 'sale' as const },
]);

const options = readOptions({ rounds: 9, quickRounds: 3 });
await withHome(options.binary, (home) => bench(home, options));

async function bench(home: BenchHome, { quick, rounds, durable }: BenchOptions): Promise<void> {
  if (!durable) {
    await home.sql.query('SET GLOBAL innodb_flush_log_at_trx_commit = 0, GLOBAL sync_binlog = 0');
  }
  const field = await enterSettlement(home, { pools: PRODUCTS, units: UNITS_EACH });
  const peer = await createLoadPeer(home.socket);
  const eventsPerSample = quick ? 4000 : 20_000;
  const samples = await runInTurn(
    CASES.flatMap((one) => sidesOf(one, { field, peer, eventsPerSample })),
    { rounds, warmUps: quick ? 1 : 2 },
  );
  const checks = await checkBooks(home, field, peer);
  await peer.close();
  await field.database.close();
  printTable(
    ['', 'per s', 'range'],
    [...samples].map(([name, speeds]) => {
      const { median, range } = spreadOf(speeds);
      return [name, median.toFixed(0), range.map((value) => value.toFixed(0)).join('–')];
    }),
  );
  conclude(
    {
      name: durable ? 'settlement-durable' : 'settlement',
      settings: { products: PRODUCTS, events_per_sample: eventsPerSample, durable },
      comparisons: CASES.map((one) => compare(one, samples)),
      checks,
      measured: { movements_per_s: Object.fromEntries(samples) },
    },
    options,
  );
}

function nameOf({ events, kind }: Case): string {
  return `settle ${kind}, batches of ${events}`;
}

function peerOf({ events, kind }: Case): string {
  return `LOAD DATA of ${kind === 'sale' ? 'the same with orders' : 'the same'}, ${events}`;
}

/** Both are told in movements a second; making events and texts is not counted. */
function sidesOf(
  one: Case,
  {
    field,
    peer,
    eventsPerSample,
  }: {
    readonly field: SettlementField;
    readonly peer: LoadPeer;
    readonly eventsPerSample: number;
  },
): readonly Side[] {
  const { events, kind } = one;
  const count = Math.ceil(eventsPerSample / events);
  return [
    {
      name: nameOf(one),
      run: async () => {
        const batches = Array.from({ length: count }, () => field.batch(events, kind));
        return perSecond(count * events, () => field.settle(batches));
      },
    },
    {
      name: peerOf(one),
      run: async () => {
        const tables = (['postings', 'movements', 'orders'] as const).filter(
          (table) => kind === 'sale' || table !== 'orders',
        );
        const texts = await peer.texts(count, events, tables);
        return perSecond(count * events, () => peer.load(texts));
      },
    },
  ];
}

async function perSecond(movements: number, work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (movements / (performance.now() - startedAt)) * 1000;
}

function compare(one: Case, samples: ReadonlyMap<string, readonly number[]>): Comparison {
  return {
    what: nameOf(one),
    peer: peerOf(one),
    ratio: pairedRatio(samplesOf(samples, nameOf(one)), samplesOf(samples, peerOf(one))),
    target: { id: 'P4', atLeast: 0.6 },
  };
}

/** Every event is one movement and one unit less, reserved and on hand; the ledger runs on without a break. */
async function checkBooks(
  { sql }: BenchHome,
  field: SettlementField,
  peer: LoadPeer,
): Promise<readonly Check[]> {
  const sold = field.sold();
  const books = await numbersOf(
    sql,
    `SELECT (SELECT COUNT(*) FROM movements) AS movements,
            (SELECT COUNT(DISTINCT request_id) FROM postings) AS requests,
            (SELECT SUM(on_hand) FROM stock) AS on_hand,
            (SELECT SUM(reserved) FROM stock) AS reserved,
            (SELECT SUM(sold) FROM pools) AS sold,
            (SELECT SUM(delegated - settled_cum) FROM pools) AS outstanding,
            (SELECT COUNT(*) FROM pools WHERE settled_seq <> settled_cum) AS holes,
            (SELECT COUNT(*) FROM (
               SELECT on_hand_after, available_after,
                      ? + SUM(quantity) OVER (PARTITION BY product_id ORDER BY id) AS running
                 FROM movements) AS m
              WHERE on_hand_after <> running OR available_after <> 0) AS wrong_balances`,
    [UNITS_EACH],
  );
  const left = PRODUCTS * UNITS_EACH - sold;
  return [
    check('books', books, {
      movements: sold,
      requests: sold,
      on_hand: left,
      reserved: left,
      sold,
      outstanding: left,
      holes: 0,
      wrong_balances: 0,
    }),
    check('rows of the peer', await peer.rows(), { postings: sold, movements: sold }),
  ];
}
