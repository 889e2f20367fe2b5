import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/adapters/mysql/database.ts';
import { readLedgerWindow } from '../../../src/adapters/mysql/ledger-history.ts';
import { createLedgerReader } from '../../../src/adapters/mysql/ledger-reader.ts';
import { readLowStockPage } from '../../../src/adapters/mysql/low-stock.ts';
import type { Session } from '../../../src/adapters/mysql/session.ts';
import { readStockListPage } from '../../../src/adapters/mysql/stock-list.ts';
import { createStockReader } from '../../../src/adapters/mysql/stock-reader.ts';
import type { LedgerFilter } from '../../../src/ports/ledger-reader.ts';
import type { StockListPlace } from '../../../src/ports/stock-reader.ts';
import { createTestDatabase } from '../../support/database.ts';
import type { TestDatabase } from '../../support/database.ts';

/** More than the largest page of the readers, so that they must go on. */
const PRODUCTS = 6_000;
const HOT_MOVEMENTS = 12_000;

const STAMPS = "UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), 'a', 'h', 's', 'r'";

let test: TestDatabase;
let database: Database;
beforeAll(async () => {
  test = await createTestDatabase();
  database = test.database;
  await test.sql(
    `INSERT INTO products (sku, name, min_level, created_at, updated_at, actor, host, source, request_id)
     SELECT CONCAT('P', LPAD(seq, 5, '0')), CONCAT('Product ', seq), seq MOD 3, ${STAMPS}
       FROM (${numbers(PRODUCTS)}) AS n`,
  );
  await test.sql(
    `INSERT INTO locations (code, name, created_at, updated_at, actor, host, source, request_id)
     VALUES ('BAY-7', 'Bay', ${STAMPS})`,
  );
  await test.sql(
    `INSERT INTO stock (product_id, location_id, on_hand)
     SELECT p.id, l.id, 1 FROM products p JOIN locations l`,
  );
  // One product has a long history, and every product one line of the first posting.
  await test.sql(
    `INSERT INTO postings (request_id, fingerprint, kind, strategy, actor, host, source, occurred_at, posted_at)
     SELECT CONCAT('r', seq), REPEAT('0', 32), IF(seq = 1, 'in', 'out'), 'conditional', 'ann', 'h', 's',
            UTC_TIMESTAMP(6), UTC_TIMESTAMP(6)
       FROM (${numbers(HOT_MOVEMENTS)}) AS n`,
  );
  await test.sql(
    `INSERT INTO movements (posting_id, line, product_id, location_id, quantity, on_hand_after, available_after)
     SELECT po.id, p.id, p.id, l.id, 1, 1, 1
       FROM products p JOIN postings po ON po.request_id = 'r1' JOIN locations l ON l.code = 'MAIN' ORDER BY p.id`,
  );
  await test.sql(
    `INSERT INTO movements (posting_id, line, product_id, location_id, quantity, on_hand_after, available_after)
     SELECT po.id, 1, p.id, l.id, -1, 1, 1
       FROM postings po JOIN products p ON p.sku = 'P00001' JOIN locations l ON l.code = 'MAIN'
      WHERE po.kind = 'out' ORDER BY po.id`,
  );
  await test.sql('ANALYZE TABLE products, stock, movements, postings');
});
afterAll(() => test.drop());

/** 1 … count, on MySQL and MariaDB alike. */
function numbers(count: number): string {
  const digit =
    '(SELECT 0 AS d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 ' +
    'UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9)';
  const digits = [0, 1, 2, 3, 4].map((at) => `${digit} AS d${String(at)}`).join(' CROSS JOIN ');
  return (
    `SELECT seq FROM (SELECT 1 + d0.d + 10 * d1.d + 100 * d2.d + 1000 * d3.d + 10000 * d4.d AS seq ` +
    `FROM ${digits}) AS every WHERE seq <= ${String(count)}`
  );
}

const ANY: LedgerFilter = {
  productId: null,
  locationId: null,
  supplierId: null,
  kind: null,
  actor: null,
  reference: null,
  requestId: null,
  occurredFrom: null,
  occurredTo: null,
};

/** Rows that the server looked at for the work, as it counts them itself. */
async function rowsRead(work: (session: Session) => Promise<unknown>): Promise<number> {
  return database.read(async (session) => {
    const read = async (): Promise<number> => {
      const rows = await session.rows<{ Value: string }>(
        "SHOW SESSION STATUS WHERE Variable_name LIKE 'Handler_read%'",
      );
      return rows.reduce((sum, row) => sum + Number(row.Value), 0);
    };
    const before = await read();
    await work(session);
    return (await read()) - before;
  });
}

async function hotProduct(): Promise<number> {
  const [row] = await test.sql("SELECT id FROM products WHERE sku = 'P00001'");
  return Number(row?.['id']);
}

async function count(rows: AsyncIterable<unknown>): Promise<number> {
  let seen = 0;
  for await (const row of rows) if (row !== undefined) seen += 1;
  return seen;
}

describe('what a page costs', () => {
  const FEW = 1_000;
  const top = { beforeId: Number.MAX_SAFE_INTEGER, size: 50 };

  it('of the ledger does not grow with it', async () => {
    expect(await rowsRead((session) => readLedgerWindow(session, ANY, top))).toBeLessThan(FEW);
    const deep = { beforeId: 9_000, size: 50 };
    expect(await rowsRead((session) => readLedgerWindow(session, ANY, deep))).toBeLessThan(FEW);
  });

  it("of a product's history does not grow with it", async () => {
    const filter = { ...ANY, productId: await hotProduct() };
    expect(await rowsRead((session) => readLedgerWindow(session, filter, top))).toBeLessThan(FEW);
  });

  it('of a request is that of its lines', async () => {
    const filter = { ...ANY, requestId: 'r500' };
    expect(await rowsRead((session) => readLedgerWindow(session, filter, top))).toBeLessThan(100);
  });

  it('of the stock list does not grow with it, at its begin and in its middle', async () => {
    const filter = { locationId: null, search: null, availableBelow: null, includesZero: false };
    for (const after of [null, { sku: 'P03000', location: null }]) {
      const page = { after, size: 100 };
      expect(await rowsRead((session) => readStockListPage(session, filter, page))).toBeLessThan(
        3 * FEW,
      );
    }
  });

  it('of what is low does not grow with the catalogue', async () => {
    const page = { after: 'P03000', size: 100 };
    const read = await rowsRead((session) => readLowStockPage(session, { locationId: null }, page));
    expect(read).toBeLessThan(3 * FEW);
  });
});

describe('lists go on from page to page', () => {
  it('shows every level once, in order', async () => {
    const filter = { locationId: null, search: null, availableBelow: null, includesZero: false };
    let seen = 0;
    let last = '';
    const stock = createStockReader(database);
    for await (const row of stock.list(filter, { after: null, limit: null })) {
      const key = `${row.sku}@${row.location}`;
      expect(key > last).toBe(true);
      last = key;
      seen += 1;
    }
    expect(seen).toBe(2 * PRODUCTS);
  });

  it('goes on where a page ended, in the middle of a product or after it', async () => {
    const stock = createStockReader(database);
    const filter = { locationId: null, search: null, availableBelow: null, includesZero: false };
    const seen: string[] = [];
    let after: StockListPlace | null = null;
    for (let page = 0; page < 4; page += 1) {
      for await (const { sku, location } of stock.list(filter, { after, limit: 3 })) {
        seen.push(`${sku} ${location}`);
        after = { sku, location };
      }
    }
    expect(seen).toEqual(
      [1, 2, 3, 4, 5, 6].flatMap((n) => [`P0000${String(n)} BAY-7`, `P0000${String(n)} MAIN`]),
    );
  });

  it('finds what is rare behind many pages', async () => {
    const filter = { locationId: null, search: 'p06', availableBelow: null, includesZero: false };
    const stock = createStockReader(database);
    expect(await count(stock.list(filter, { after: null, limit: 5 }))).toBe(2);
    expect(await count(stock.low({ locationId: null }))).toBe(0);
    const [main] = await test.sql("SELECT id FROM locations WHERE code = 'MAIN'");
    expect(await count(stock.low({ locationId: Number(main?.['id']) }))).toBe(PRODUCTS / 3);
  });

  it('shows the whole ledger once, newest first, and a rare line in it', async () => {
    const ledger = createLedgerReader(database);
    let last = Infinity;
    let seen = 0;
    for await (const entry of ledger.entries(ANY, { beforeId: null, limit: null })) {
      expect(entry.movementId).toBeLessThan(last);
      last = entry.movementId;
      seen += 1;
    }
    expect(seen).toBe(PRODUCTS + HOT_MOVEMENTS - 1);
    const rare = { ...ANY, kind: 'in', productId: await hotProduct() };
    expect(await count(ledger.entries(rare, { beforeId: null, limit: 1 }))).toBe(1);
    const windows = ledger.entries({ ...ANY, kind: 'in' }, { beforeId: null, limit: null });
    expect(await count(windows)).toBe(PRODUCTS);
  });
});
