import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createInstallation } from '../support/installation.ts';
import type { Installation } from '../support/installation.ts';

const data = resolve(import.meta.dirname, '../../../shared/data');
const retail = resolve(data, 'online-retail/2010-12.csv.gz');
const northwind = resolve(data, 'northwind');

let inv: Installation;
beforeAll(async () => {
  inv = await createInstallation();
});
afterAll(() => inv.close());

type Row = Readonly<Record<string, string>>;
interface ImportDocument {
  readonly lines: number;
  readonly applied: number;
  readonly replayed: number;
  readonly failed: number;
  readonly errors: readonly { readonly line: number }[];
  readonly merged?: readonly { readonly sku: string; readonly spellings: readonly string[] }[];
}

async function run(args: readonly string[]): Promise<[exitCode: number, ImportDocument]> {
  const { exitCode, stdout } = await inv.run([...args, '--json']);
  return [exitCode, JSON.parse(stdout) as ImportDocument];
}

test('suppliers and products of a small trader, linked', async ({ skip }) => {
  skip(!existsSync(northwind), 'the real data is not on this machine');
  const suppliers = rowsOf(await readFile(resolve(northwind, 'suppliers.csv')));
  const products = rowsOf(await readFile(resolve(northwind, 'products.csv')));
  const contact = ['--map', 'contact=contact_name'];
  const asSuppliers = ['--map', 'code=supplier_id', '--map', 'name=company_name', ...contact];
  const [, imported] = await run([
    'supplier',
    'import',
    `${northwind}/suppliers.csv`,
    ...asSuppliers,
  ]);
  expect(imported).toMatchObject({ applied: suppliers.length, failed: 0 });
  const map = [
    'sku=product_id',
    'name=product_name',
    'supplier=supplier_id',
    'min_level=reorder_level',
  ];
  const args = [
    'product',
    'import',
    `${northwind}/products.csv`,
    ...map.flatMap((m) => ['--map', m]),
  ];
  expect(await run(args)).toMatchObject([0, { applied: products.length, failed: 0 }]);
  expect(await run(args)).toMatchObject([0, { applied: 0, replayed: products.length }]);
  const listed = (await inv.json(['product', 'list'])) as Record<string, unknown>[];
  const expected = products.map((row) => [
    row['product_id'],
    row['product_name'],
    Number(row['reorder_level']),
    row['supplier_id'],
  ]);
  expect(
    listed.map(({ sku, name, min_level, supplier }) => [sku, name, min_level, supplier]).sort(),
  ).toEqual(expected.sort());
});

test('a catalogue out of 42,481 real order lines', async ({ skip }) => {
  skip(!existsSync(retail), 'the real data is not on this machine');
  const rows = rowsOf(gunzipSync(await readFile(retail)));
  const { names, bad } = catalogueOf(rows);
  const args = ['product', 'import', retail, '--map', 'sku=StockCode', '--map', 'name=Description'];
  const before = ((await inv.json(['product', 'list'])) as unknown[]).length;
  const [exitCode, first] = await run(args);
  expect([exitCode, first]).toMatchObject([
    10,
    { lines: rows.length, applied: names.size, failed: bad.length },
  ]);
  expect(first.replayed).toBe(rows.length - names.size - bad.length);
  expect(first.errors.map(({ line }) => line)).toEqual(bad);
  expect(first.merged?.find(({ sku }) => sku === '85123A')?.spellings).toEqual([
    '85123A',
    '85123a',
  ]);
  const listed = (await inv.json(['product', 'list'])) as { sku: string; name: string }[];
  expect(listed).toHaveLength(before + names.size);
  const wrong = listed.filter(({ sku, name }) => names.has(sku) && names.get(sku) !== name);
  expect(wrong).toEqual([]);
  expect(await run(args)).toMatchObject([10, { applied: 0, replayed: rows.length - bad.length }]);
});

function rowsOf(bytes: Buffer): readonly Row[] {
  return parse<Row>(bytes, { columns: true });
}

/** Independent of inv: the first description of each code, and the lines that have no code or none. */
function catalogueOf(rows: readonly Row[]): { names: Map<string, string>; bad: number[] } {
  const names = new Map<string, string>();
  const bad: number[] = [];
  rows.forEach((row, index) => {
    const code = (row['StockCode'] ?? '').trim().toUpperCase();
    const name = row['Description'] ?? '';
    if (!/^[A-Z0-9][A-Z0-9._:/-]{0,63}$/.test(code) || name.trim() === '') bad.push(index + 2);
    else if (!names.has(code)) names.set(code, name);
  });
  return { names, bad };
}
