import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBooks, postOne } from '../../support/books.ts';
import type { Books } from '../../support/books.ts';
import { reconcile, reconcileOn, told } from '../../support/reconcile.ts';
import { createStrategy } from '../../support/strategies.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { drawWeightSeed, weightOf } from '../../../src/domain/reconcile/place-weight.ts';
import type { ReconcileDependencies } from '../../../src/services/reconcile/dependencies.ts';

let books: Books;
let deps: ReconcileDependencies;
beforeEach(async () => {
  books = await createBooks();
  deps = reconcileOn(books.database);
  await books.addLocations([{ code: 'ATTIC' }]);
  await books.addProducts(['A', 'B', 'C'].map((sku) => ({ sku })));
  await book('in-a', 'A', 10);
  await book('in-b', 'B', 20);
  await book('out-b', 'B', -5);
  await book('attic', 'B', 7, 'ATTIC');
});
afterEach(() => books.close());

async function book(id: string, sku: string, quantity: number, location = 'MAIN'): Promise<void> {
  const strategy = createStrategy('conditional', books.database.database);
  const outcome = await postOne(
    strategy,
    books.draft({ id, lines: [{ sku, quantity, location }] }),
  );
  if (outcome.status !== 'posted') throw new Error(outcome.status);
}

/** As the administrator, with no check in the way. */
async function damage(...statements: readonly string[]): Promise<void> {
  for (const statement of statements) await books.database.sql(statement);
}

const OF_A = "product_id = (SELECT id FROM products WHERE sku = 'A')";

async function sealedTo(): Promise<number> {
  const [row] = await books.database.sql('SELECT sealed_to FROM ledger_seal_position');
  return Number(row?.['sealed_to']);
}

/** Two runs: the first notes a candidate, the second seals up to it. */
async function seal(): Promise<void> {
  await reconcile(deps);
  await setTimeout(20);
  await reconcile(deps);
}

it('has nothing to say of books that agree, and says what it looked at', async () => {
  const result = await reconcile(deps);
  expect(result).toMatchObject({ status: 'clean', unchecked: [] });
  expect(result.checked).toMatchObject({ stock_rows: 3, movements_to: 4 });
});

describe.each([
  ['from the first movement', false],
  ['from the seal', true],
])('balances, summed %s', (_, isSealed) => {
  beforeEach(async () => {
    if (isSealed) await seal();
    expect(await sealedTo()).toBe(isSealed ? 4 : 0);
    // Both kinds of movements exist: sealed ones, and later ones.
    await book('later', 'A', 2);
  });

  it.each([7, -3])('are found wrong by %i, with the numbers', async (delta) => {
    await damage(`UPDATE stock SET on_hand = on_hand + ${String(delta)} WHERE ${OF_A}`);
    const result = await reconcile(deps);
    expect(told(result)).toEqual([['ledger.balance', 'A at MAIN', 12, 12 + delta]]);
    expect(result.status).toBe('drift');
    expect(told(await reconcile(deps, { isFull: true }))).toEqual(told(result));
    expect(told(await reconcile(deps, { products: ['A'] }))).toEqual(told(result));
    expect(told(await reconcile(deps, { products: ['B'] }))).toEqual([]);
  });

  it('are found wrong where a movement came without them', async () => {
    await damage(
      `INSERT INTO movements (posting_id, line, product_id, location_id, quantity, on_hand_after, available_after)
       SELECT posting_id, 2, product_id, location_id, -4, 99, 99 FROM movements WHERE id = 1`,
    );
    const result = await reconcile(deps);
    expect(told(result)).toEqual([['ledger.balance', 'A at MAIN', 8, 12]]);
    expect(result.findings.map(({ finding }) => finding.evidence)).toContain(
      'A at MAIN: movement 6 says 99 on hand after it, by the one before it there were 8',
    );
  });

  it('are found wrong where their row is gone', async () => {
    await damage(
      `DELETE FROM stock WHERE location_id = (SELECT id FROM locations WHERE code = 'ATTIC')`,
    );
    const { findings } = await reconcile(deps);
    expect(findings.map(({ finding }) => [finding.evidence, finding.remedy.kind])).toEqual([
      ['B at ATTIC: the one movement adds up to 7, there is no stock row', 'person'],
    ]);
  });

  it('are found wrong where one is short by what the other has too much', async () => {
    await damage(
      `UPDATE stock SET on_hand = on_hand + 3 WHERE ${OF_A}`,
      `UPDATE stock SET on_hand = on_hand - 3 WHERE NOT ${OF_A} AND location_id = 1`,
    );
    const expected = [
      ['ledger.balance', 'A at MAIN', 12, 15],
      ['ledger.balance', 'B at MAIN', 15, 12],
    ];
    expect(told(await reconcile(deps))).toEqual(expected);
    expect(told(await reconcile(deps, { isFull: true }))).toEqual(expected);
  });

  it('reserved units are found wrong where they are those of another product', async () => {
    await damage(
      `INSERT INTO settlement_progress (shard) VALUES (0)`,
      `INSERT INTO pools (product_id, location_id, bucket, shard, state, delegated)
       SELECT id, 1, 0, 0, 'open', 5 FROM products WHERE sku = 'A'`,
      `UPDATE stock SET reserved = 5 WHERE NOT ${OF_A} AND location_id = 1`,
    );
    expect(told(await reconcile(deps, { scopes: ['ledger'] }))).toEqual([
      ['ledger.reserved', 'A at MAIN', 5, 0],
      ['ledger.reserved', 'B at MAIN', 0, 5],
    ]);
  });

  it.each([5, -5])('reserved units are found wrong by %i', async (delta) => {
    const start = delta < 0 ? 5 : 0;
    await damage(
      `INSERT INTO settlement_progress (shard) VALUES (0)`,
      `INSERT INTO pools (product_id, location_id, bucket, shard, state, delegated)
       SELECT id, 1, 0, 0, 'open', ${String(start)} FROM products WHERE sku = 'A'`,
      `UPDATE stock SET reserved = ${String(start + delta)} WHERE ${OF_A}`,
    );
    expect(told(await reconcile(deps, { scopes: ['ledger'] }))).toEqual([
      ['ledger.reserved', 'A at MAIN', start, start + delta],
    ]);
  });
});

it.each([1, 2, 3, 4, 100])('is read whole in pieces of %i movements', async (movementsAtOnce) => {
  const inPieces = reconcileOn(books.database, { movementsAtOnce });
  for (const at of [1, 2, 3, 4]) {
    await book(`main-${String(at)}`, 'B', at);
    await book(`attic-${String(at)}`, 'B', at, 'ATTIC');
  }
  await book('c', 'C', 1);
  expect(await reconcile(inPieces, { isFull: true })).toMatchObject({ status: 'clean' });
  await damage(
    'DROP TRIGGER movements_refuse_update',
    'UPDATE movements SET on_hand_after = 99 WHERE id IN (7, 10)',
    `UPDATE stock SET on_hand = 3 WHERE product_id = (SELECT id FROM products WHERE sku = 'C')`,
  );
  const { findings } = await reconcile(inPieces, { isFull: true });
  expect(findings.map(({ finding }) => finding.evidence).sort()).toEqual([
    'B at ATTIC: movement 10 says 99 on hand after it, by the one before it there were 13',
    'B at ATTIC: movement 12 says 17 on hand after it, by the one before it there were 103',
    'B at MAIN: movement 7 says 99 on hand after it, by the one before it there were 18',
    'B at MAIN: movement 9 says 21 on hand after it, by the one before it there were 102',
    'C at MAIN: the one movement adds up to 1, the stock row says 3',
  ]);
});

describe('what no number can mend', () => {
  it('more went out than came in', async () => {
    await damage(
      `INSERT INTO movements (posting_id, line, product_id, location_id, quantity, on_hand_after, available_after)
       SELECT posting_id, 2, product_id, location_id, -13, -3, -3 FROM movements WHERE id = 1`,
    );
    const { findings } = await reconcile(deps);
    expect(findings.map(({ finding }) => [finding.check, finding.severity])).toContainEqual([
      'ledger.limits',
      'violation',
    ]);
  });

  it('a request that is booked and moved nothing', async () => {
    await damage('DROP TRIGGER movements_refuse_delete', 'DELETE FROM movements WHERE id = 3');
    const { findings } = await reconcile(deps);
    expect(findings.map(({ finding }) => finding.evidence)).toContain(
      'request out-b (out) is booked and has no movement',
    );
  });
});

describe('the seal', () => {
  it('is no cause of a false finding when its sums are damaged, and is found out', async () => {
    await seal();
    await damage(`UPDATE ledger_seals SET quantity = quantity + 1 WHERE ${OF_A}`);
    const expected = [['ledger.seals', 'A at MAIN', 10, 11]];
    expect(told(await reconcile(deps))).toEqual(expected);
    expect(told(await reconcile(deps, { isFull: true }))).toEqual(expected);
  });

  it('waits for a movement that is booked and not committed', async () => {
    const { database } = books.database;
    let isSealed = false;
    let running: Promise<unknown> = Promise.resolve();
    await database.transaction(async (session) => {
      await session.run(
        `INSERT INTO movements (posting_id, line, product_id, location_id, quantity, on_hand_after, available_after)
         SELECT posting_id, 2, product_id, location_id, 1, 11, 11 FROM movements WHERE id = 1`,
      );
      await session.run(`UPDATE stock SET on_hand = on_hand + 1 WHERE ${OF_A}`);
      // Behind it, so that the candidate is a later id than that of the open transaction.
      await book('beside', 'B', 1);
      await reconcile(deps);
      await setTimeout(50);
      running = reconcile(deps).then(() => (isSealed = true));
      await setTimeout(300);
      expect(isSealed).toBe(false);
    });
    await running;
    expect(await sealedTo()).toBe(6);
    const [row] = await books.database.sql(`SELECT quantity FROM ledger_seals WHERE ${OF_A}`);
    expect(Number(row?.['quantity'])).toBe(11);
    expect(await reconcile(deps)).toMatchObject({ status: 'clean' });
  });

  it('does not move where nothing may be written', async () => {
    await reconcile(deps, { isRecorded: false });
    expect(await books.database.sql('SELECT * FROM reconcile_runs')).toEqual([]);
    const [row] = await books.database.sql('SELECT candidate FROM ledger_seal_position');
    expect(row?.['candidate']).toBeNull();
  });
});

it.each([
  ['some', 3],
  ['more units than a BIGINT holds with their weight', 9_000_000_000_000],
])('weighs every place as the domain does, of %s', async (_, units) => {
  await book('many', 'C', units);
  await seal();
  await book('later', 'A', 2);
  await damage(
    'INSERT INTO settlement_progress (shard) VALUES (0)',
    `INSERT INTO pools (product_id, location_id, bucket, shard, state, delegated, settled_cum, quarantine, sold)
     SELECT id, 1, 0, 0, 'open', 9, 4, 1, 4 FROM products WHERE sku = 'A'`,
    `UPDATE stock SET reserved = 6 WHERE ${OF_A}`,
  );
  const seed = drawWeightSeed(() => systemClock.random());
  const sums = await deps.books.inSnapshot((snapshot) =>
    snapshot.weightedSums({ from: 0, to: 1_000_000 }, seed),
  );
  const rows = await books.database.sql('SELECT product_id, location_id, on_hand FROM stock');
  const weighed = rows.map(({ product_id, location_id, on_hand }) => {
    const place = { productId: Number(product_id), locationId: Number(location_id) };
    return { place, units: BigInt(Number(on_hand)) * weightOf(seed, place) };
  });
  const onHand = weighed.reduce((sum, { units }) => sum + units, 0n);
  const ofA = Math.min(...weighed.map(({ place }) => place.productId));
  const later = 2n * weightOf(seed, { productId: ofA, locationId: 1 });
  const reserved = 6n * weightOf(seed, { productId: ofA, locationId: 1 });
  expect(sums).toEqual({
    stockRows: 4,
    onHand,
    sealed: onHand - later,
    reserved,
    promised: reserved,
    beyondLimits: 0,
  });
});

it('has no false finding while stock moves', async () => {
  const over = new AbortController();
  const writers = ['A', 'B', 'C'].map(async (sku, writer) => {
    for (let at = 0; !over.signal.aborted; at += 1) {
      await book(`w-${String(writer)}-${String(at)}`, sku, 3);
      await book(`v-${String(writer)}-${String(at)}`, sku, -2);
    }
  });
  const checks = Number(process.env['RECONCILE_CHECKS'] ?? 20);
  try {
    for (let at = 0; at < checks; at += 1) {
      const result = await reconcile(deps, { isFull: at % 3 === 0 });
      expect(result).toMatchObject({ status: 'clean', unchecked: [] });
      expect(told(result)).toEqual([]);
    }
  } finally {
    over.abort();
    await Promise.all(writers);
  }
  expect(await sealedTo()).toBeGreaterThan(4);
});

it('lets one run at a time', async () => {
  const lock = await deps.locks.take('reconcile', { waitMs: 0 });
  await expect(reconcile(deps)).rejects.toMatchObject({ code: 'BUSY', exitCode: 75 });
  const waiting = reconcile(deps, { waitMs: 10_000 });
  await lock?.release();
  expect(await waiting).toMatchObject({ status: 'clean' });
});

it('keeps every run and what it found', async () => {
  await damage(`UPDATE stock SET on_hand = 11 WHERE ${OF_A}`);
  const { runId } = await reconcile(deps);
  expect(
    await books.database.sql(
      'SELECT CAST(run_id AS CHAR) AS run_id, status, findings, actor FROM reconcile_runs',
    ),
  ).toEqual([{ run_id: runId, status: 'drift', findings: 1, actor: 'tester' }]);
  expect(
    await books.database.sql(
      'SELECT number, check_code, expected, actual, outcome FROM reconcile_findings WHERE severity = "drift"',
    ),
  ).toEqual([
    { number: 1, check_code: 'ledger.balance', expected: 10, actual: 11, outcome: 'open' },
  ]);
});
