import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { importProducts } from '../../../src/services/catalogue/import-products.ts';
import type { ImportProductsOptions } from '../../../src/services/catalogue/import-products.ts';
import { importDocument } from '../../../src/services/files/import-report.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { catalogueOf } from '../../support/catalogue.ts';
import { createTestDatabase } from '../../support/database.ts';
import type { TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  for (const table of ['barcodes', 'product_suppliers', 'stock', 'products']) {
    await database.sql(`DELETE FROM ${table}`);
  }
});

type Row = Readonly<Record<string, string>>;

async function* batchesOf(rows: readonly Row[]): AsyncGenerator<{ line: number; values: Row }[]> {
  await Promise.resolve();
  yield rows.map((values, index) => ({ line: index + 2, values }));
}

async function importRows(rows: readonly Row[], options: Partial<ImportProductsOptions> = {}) {
  const report = await importProducts(catalogueOf(database), {
    fileSha256: 'ab'.repeat(32),
    batches: () => batchesOf(rows),
    atomic: false,
    dryRun: false,
    update: true,
    batchLinesMax: 10,
    requestId: 'file',
    location: 'MAIN',
    origin: { actor: 'tester', host: 'h', source: 'file' },
    signal: new AbortController().signal,
    onProgress: () => undefined,
    onReject: undefined,
    ...options,
  });
  const document = importDocument(report);
  const { lines, applied, replayed, failed } = document;
  const all: JsonObject = { counts: [lines ?? 0, applied ?? 0, replayed ?? 0, failed ?? 0], ...document };
  return all;
}

const rowsOf = (count: number): Row[] =>
  Array.from({ length: count }, (_, index) => ({
    sku: `SKU-${String(index).padStart(4, '0')}`,
    name: `Name ${String(index)}`,
    min_level: String(index),
  }));

async function content(): Promise<unknown> {
  return database.sql(
    `SELECT CONVERT(p.sku USING ascii) AS sku, p.name, p.version,
            CONVERT(p.request_id USING ascii) AS request_id, p.updated_at,
            (SELECT COUNT(*) FROM stock s WHERE s.product_id = p.id) AS stock_rows
       FROM products p ORDER BY p.id`,
  );
}

describe('an import that is refused', () => {
  test('atomic: one bad line in the last batch, and nothing is there', async () => {
    const rows = [...rowsOf(35), { sku: 'bad sku', name: 'x' }];
    expect(await importRows(rows, { atomic: true })).toMatchObject({ counts: [36, 0, 0, 1] });
    expect(await content()).toEqual([]);
  });

  test('an unknown supplier, a taken barcode: these lines only', async () => {
    const rows = rowsOf(4).map((row, index) => ({
      ...row,
      barcode: 'same',
      ...(index === 2 ? { supplier: 'NONE' } : {}),
    }));
    expect(await importRows(rows)).toMatchObject({
      counts: [4, 1, 0, 3],
      errors: [
        { line: 3, code: 'ALREADY_EXISTS' },
        { line: 4, code: 'NOT_FOUND', message: 'there is no supplier NONE' },
        { line: 5, code: 'ALREADY_EXISTS' },
      ],
    });
  });

  test('when it is interrupted it keeps whole batches, and the next run goes on', async () => {
    const controller = new AbortController();
    const run = importRows(rowsOf(95), {
      signal: controller.signal,
      onProgress: (lines) => {
        if (lines >= 30) controller.abort();
      },
    });
    await expect(run).rejects.toMatchObject({ code: 'INTERRUPTED' });
    const done = (await database.sql('SELECT COUNT(*) AS n FROM products'))[0]?.['n'] as number;
    expect([done % 10, done >= 30, done < 95]).toEqual([0, true, true]);
    expect(await importRows(rowsOf(95))).toMatchObject({ counts: [95, 95 - done, done, 0] });
  });
});

describe('an import', () => {
  test('run again writes nothing', async () => {
    const rows = rowsOf(25);
    expect(await importRows(rows)).toMatchObject({ counts: [25, 25, 0, 0], created: 25 });
    const before = await content();
    expect(before).toHaveLength(25);
    expect(before).toMatchObject([{ sku: 'SKU-0000', request_id: 'file:2', stock_rows: 1 }, ...Array<object>(24).fill({})]);
    expect(await importRows(rows)).toMatchObject({ counts: [25, 0, 25, 0], created: 0 });
    expect(await content()).toEqual(before);
  });

  test('as a dry run counts the same, across batches, and writes nothing', async () => {
    const rows = [...rowsOf(25), ...rowsOf(25)];
    const dry = await importRows(rows, { dryRun: true });
    expect(await content()).toEqual([]);
    expect(await importRows(rows)).toEqual(dry);
    expect(dry['counts']).toEqual([50, 25, 25, 0]);
  });

  test('merges lines of one SKU over batches; the first line counts', async () => {
    const rows = [
      { sku: 'abc', name: 'First' },
      ...rowsOf(15),
      { sku: 'ABC', name: 'Second' },
      { sku: 'ABC', name: 'First' },
    ];
    const result = await importRows(rows);
    expect(result).toMatchObject({
      counts: [18, 16, 2, 0],
      merged: [{ sku: 'ABC', lines: [2, 18, 19], spellings: ['abc', 'ABC'] }],
    });
    expect((await content()) as object[]).toContainEqual(
      expect.objectContaining({ sku: 'ABC', name: 'First', version: 1 }),
    );
    expect(await importRows(rows)).toMatchObject({ counts: [18, 0, 18, 0] });
  });

  test('changes what differs, and moves the preferred supplier', async () => {
    await database.sql(
      `INSERT IGNORE INTO suppliers (code, name, created_at, updated_at, actor, host, source, request_id)
       VALUES ('S1', 'S1', NOW(), NOW(), 'a', 'h', 's', 'r'), ('S2', 'S2', NOW(), NOW(), 'a', 'h', 's', 'r')`,
    );
    const row = { sku: 'A', name: 'A', barcode: 'x;y=12', supplier: 'S1' };
    await importRows([row]);
    const changed = { ...row, cost: '1.50', supplier: 'S2', barcode: 'z' };
    expect(await importRows([changed], { update: false })).toMatchObject({
      counts: [1, 0, 1, 0],
      not_updated: 1,
    });
    expect(await importRows([changed])).toMatchObject({ counts: [1, 1, 0, 0], updated: 1 });
    const { products } = catalogueOf(database);
    const product = await products.find('A');
    expect(product).toMatchObject({
      cost: '1.50',
      supplier: 'S2',
      version: 2,
      barcodes: [
        { code: 'x', unitsPerScan: 1 },
        { code: 'y', unitsPerScan: 12 },
        { code: 'z', unitsPerScan: 1 },
      ],
    });
    const suppliers = await products.suppliersOf(product?.id ?? 0);
    expect(suppliers.map(({ code, preferred }) => [code, preferred])).toEqual([
      ['S2', true],
      ['S1', false],
    ]);
    expect(await importRows([{ ...row, supplier: 'S2' }])).toMatchObject({ counts: [1, 0, 1, 0] });
  });

  test('by four importers of one file at once makes each product once', async () => {
    const rows = rowsOf(60);
    const results = await Promise.all(
      [rows, [...rows].reverse(), rows, [...rows].reverse()].map((list) => importRows(list)),
    );
    expect(results.map(({ failed, lines }) => [lines, failed])).toEqual(Array(4).fill([60, 0]));
    expect(results.reduce((sum, { created }) => sum + Number(created), 0)).toBe(60);
    const stock = await database.sql('SELECT COUNT(*) AS n FROM stock');
    expect(stock[0]?.['n']).toBe(60);
  });
});
