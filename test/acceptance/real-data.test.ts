import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectRoot } from '../support/database.ts';
import { createInstallation } from '../support/installation.ts';
import type { Installation } from '../support/installation.ts';

/** Not part of the project: docs/walk-through-online-retail.md says where it comes from. */
const DATA = join(projectRoot, '..', 'shared', 'data');
const RETAIL = join(DATA, 'online-retail', '2010-12.csv.gz');
const NORTHWIND = join(DATA, 'northwind');
if (!existsSync(RETAIL)) console.warn(`skipped: there is no real data in ${DATA}`);

let inv: Installation;
beforeEach(async () => {
  inv = await createInstallation();
});
afterEach(() => inv.close());

interface Report {
  readonly lines: number;
  readonly applied: number;
  readonly replayed: number;
  readonly failed: number;
  readonly errors: readonly { readonly line: number; readonly code: string }[];
  readonly merged?: readonly { readonly sku: string; readonly spellings: readonly string[] }[];
}

/** Runs with --json and returns the exit code with the document. */
async function report(args: readonly string[]): Promise<Report & { readonly exitCode: number }> {
  const { exitCode, stdout, stderr } = await inv.run([...args, '--json']);
  if (stdout === '') throw new Error(`inv ${args.join(' ')}: exit ${String(exitCode)}\n${stderr}`);
  return { exitCode, ...(JSON.parse(stdout) as Report) };
}

const counts = ({
  exitCode,
  lines,
  applied,
  replayed,
  failed,
}: Awaited<ReturnType<typeof report>>) => ({
  exitCode,
  lines,
  applied,
  replayed,
  failed,
});

/** What the tables hold, in one number each. */
async function checksums(): Promise<Record<string, unknown>> {
  const tables = await inv.database.sql('SHOW FULL TABLES WHERE Table_type = ?', ['BASE TABLE']);
  const names = tables.map((row) => String(Object.values(row)[0]));
  const rows = await inv.database.sql(`CHECKSUM TABLE ${names.join(', ')}`);
  return Object.fromEntries(rows.map((row) => [String(row['Table']), row['Checksum']]));
}

describe.skipIf(!existsSync(RETAIL))('a month of a real shop, through the binary alone', () => {
  it('keeps books that equal an independent computation, however often a file comes', async () => {
    const shop = readShop(gunzipSync(readFileSync(RETAIL)).toString('utf8'));
    expect(shop.lines.length).toBe(42_481);
    const received = join(inv.folder, 'received.csv');
    const needed = [...shop.needed].map(([sku, quantity]) => `${sku},${String(quantity)}\n`);
    writeFileSync(received, `sku,quantity\n${needed.join('')}`);

    const importCatalogue = ['product', 'import', RETAIL, ...MAP_PRODUCTS];
    const receive = ['stock', 'in', '--from', received, '--ref', 'OPENING'];
    const sell = ['stock', 'out', '--from', RETAIL, ...MAP_SALES, '--negative', 'return'];

    const imported = await report(importCatalogue);
    expect(counts(imported)).toEqual({
      exitCode: 10,
      lines: shop.lines.length,
      applied: shop.catalogue.size,
      replayed: shop.lines.length - shop.catalogue.size - shop.unnamed.length,
      failed: shop.unnamed.length,
    });
    expect(imported.errors.map(({ line, code }) => [line, code])).toEqual(
      shop.unnamed.map((line) => [line, 'INVALID_INPUT']),
    );
    const met = (imported.merged ?? []).filter(({ spellings }) => spellings.length > 1);
    expect(new Map(met.map(({ sku, spellings }) => [sku, [...spellings].sort()]))).toEqual(
      shop.spellings,
    );
    expect(shop.spellings.get('85123A')).toEqual(['85123A', '85123a']);
    expect(await shownCatalogue()).toEqual(shop.catalogue);

    const in1 = await report(receive);
    const unknown = [...shop.needed.keys()].filter((sku) => !shop.catalogue.has(sku));
    expect([counts(in1), new Set(in1.errors.map(({ code }) => code))]).toEqual([
      {
        exitCode: 10,
        lines: shop.needed.size,
        applied: shop.needed.size - unknown.length,
        replayed: 0,
        failed: unknown.length,
      },
      new Set(['NOT_FOUND']),
    ]);

    const out1 = await report(sell);
    const booked = shop.lines.length - shop.unsold.length;
    expect(counts(out1)).toEqual({
      exitCode: 10,
      lines: shop.lines.length,
      applied: booked,
      replayed: 0,
      failed: shop.unsold.length,
    });
    expect(out1.errors.map(({ line, code }) => ({ line, code }))).toEqual(shop.unsold);
    expect(await onHand()).toEqual(shop.onHand);
    expect(await ledger()).toEqual(shop.ledger);

    const before = await checksums();
    const again = [await report(importCatalogue), await report(receive), await report(sell)];
    expect(again.map(({ applied }) => applied)).toEqual([0, 0, 0]);
    expect(again[2]?.replayed).toBe(booked);
    expect(await checksums()).toEqual(before);
  }, 600_000);
});

describe.skipIf(!existsSync(NORTHWIND))('the sample shop of a database vendor', () => {
  it('comes in: 29 suppliers, 77 products, each with its supplier', async () => {
    const suppliers = ['supplier', 'import', join(NORTHWIND, 'suppliers.csv'), ...MAP_SUPPLIERS];
    const importFrom = (file: string): string[] => ['product', 'import', file, ...MAP_NORTHWIND];
    const products = importFrom(join(NORTHWIND, 'products.csv'));
    const clean = { exitCode: 0, replayed: 0, failed: 0 };
    expect(counts(await report(suppliers))).toEqual({ ...clean, lines: 29, applied: 29 });

    // Some prices carry the noise of a binary fraction. Nothing is rounded unasked; the refused
    // lines are kept with what they should say, and are mended and fed back here.
    const refused = join(inv.folder, 'refused.csv');
    const first = await report([...products, '--errors', refused]);
    expect(counts(first)).toEqual({
      exitCode: 10,
      lines: 77,
      applied: 60,
      replayed: 0,
      failed: 17,
    });
    expect(first.errors[0]).toMatchObject({
      line: 6,
      message: 'cost: "21.3500004" has more than 4 decimals; did you mean 21.35?',
    });
    const mended = readFileSync(refused, 'utf8').replaceAll(/,(\d+\.\d{5,}),/g, (_, price) => {
      return `,${Number(price).toFixed(2)},`;
    });
    writeFileSync(refused, mended);
    expect(counts(await report(importFrom(refused)))).toEqual({ ...clean, lines: 17, applied: 17 });

    const before = await checksums();
    const again = [
      await report(suppliers),
      await report(products),
      await report(importFrom(refused)),
    ];
    expect(again.map(({ applied }) => applied)).toEqual([0, 0, 0]);
    expect(await checksums()).toEqual(before);
    expect(await northwindShown()).toEqual(northwindWanted());
  });
});

interface ListedProduct {
  readonly sku: string;
  readonly name: string;
  readonly supplier: string;
  readonly cost: string;
  readonly min_level: number;
}

async function northwindShown(): Promise<unknown[]> {
  const list = (await inv.json(['product', 'list'])) as ListedProduct[];
  return list
    .map((row) => [row.sku, row.name, row.supplier, Number(row.cost), row.min_level])
    .sort(bySku);
}

function northwindWanted(): unknown[] {
  return readCsv(readFileSync(join(NORTHWIND, 'products.csv'), 'utf8'))
    .map((row) => [
      row['product_id'],
      row['product_name'],
      row['supplier_id'],
      Number(Number(row['unit_price']).toFixed(2)),
      Number(row['reorder_level']),
    ])
    .sort(bySku);
}

const bySku = (a: readonly unknown[], b: readonly unknown[]): number => Number(a[0]) - Number(b[0]);

const mapped = (fields: Record<string, string>): string[] =>
  Object.entries(fields).flatMap(([field, column]) => ['--map', `${field}=${column}`]);
const MAP_PRODUCTS = mapped({ sku: 'StockCode', name: 'Description', cost: 'UnitPrice' });
const MAP_SALES = mapped({
  sku: 'StockCode',
  quantity: 'Quantity',
  reference: 'InvoiceNo',
  occurred_at: 'InvoiceDate',
});
const MAP_SUPPLIERS = mapped({
  code: 'supplier_id',
  name: 'company_name',
  contact: 'contact_name',
});
const MAP_NORTHWIND = mapped({
  sku: 'product_id',
  name: 'product_name',
  cost: 'unit_price',
  supplier: 'supplier_id',
  min_level: 'reorder_level',
});

async function shownCatalogue(): Promise<Map<string, unknown>> {
  const list = (await inv.json(['product', 'list'])) as {
    sku: string;
    name: string;
    cost: string;
  }[];
  return new Map(list.map(({ sku, name, cost }) => [sku, { name, cost: Number(cost) }]));
}

async function onHand(): Promise<Map<string, number>> {
  const list = (await inv.json(['stock', 'list', '--all'])) as { sku: string; on_hand: number }[];
  return new Map(list.map(({ sku, on_hand }) => [sku, on_hand]));
}

/** Every movement of the file: what, how many, for which invoice, when, and whether as a return. */
async function ledger(): Promise<string[]> {
  const { stdout } = await inv.run(['stock', 'history', '--limit', '0', '--format', 'ndjson']);
  const entries = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Entry);
  return entries
    .filter(({ reference }) => reference !== 'OPENING')
    .map(({ sku, quantity, reference, occurred_at, kind }) => {
      return [sku, quantity, reference, new Date(occurred_at).toISOString(), kind].join(' ');
    })
    .sort();
}

interface Entry {
  readonly sku: string;
  readonly quantity: number;
  readonly reference: string;
  readonly occurred_at: string;
  readonly kind: string;
}

/** The same books, computed here in the simplest way from the same bytes. */
function readShop(text: string) {
  const lines = readLines(text);
  const { catalogue, spellings } = catalogueOf(lines);
  const isKnown = ({ sku }: ShopLine): boolean => sku !== null && catalogue.has(sku);
  const needed = new Map<string, number>();
  for (const { sku, quantity } of lines) {
    if (sku !== null && quantity > 0) needed.set(sku, (needed.get(sku) ?? 0) + quantity);
  }
  const sold = new Map<string, number>();
  for (const { sku, quantity } of lines) {
    if (sku !== null) sold.set(sku, (sold.get(sku) ?? 0) + quantity);
  }
  const left = (sku: string): number => (needed.get(sku) ?? 0) - (sold.get(sku) ?? 0);
  return {
    lines,
    catalogue,
    spellings,
    needed,
    unnamed: lines.filter((line) => !isNamed(line)).map(({ line }) => line),
    unsold: lines
      .filter((line) => !isKnown(line))
      .map(({ line, sku }) => ({ line, code: sku === null ? 'INVALID_INPUT' : 'NOT_FOUND' })),
    onHand: new Map([...catalogue.keys()].map((sku) => [sku, left(sku)])),
    ledger: lines
      .filter(isKnown)
      .map(({ sku, quantity, invoice, when }) => {
        return [sku, -quantity, invoice, when, quantity < 0 ? 'return' : 'out'].join(' ');
      })
      .sort(),
  };
}

type ShopLine = ReturnType<typeof readLines>[number];

function readLines(text: string) {
  return readCsv(text).map((row, index) => ({
    // The header is line 1, and no cell of this file spans lines.
    line: index + 2,
    spelling: (row['StockCode'] ?? '').trim(),
    sku: ownSku(row['StockCode'] ?? ''),
    name: row['Description'] ?? '',
    quantity: Number(row['Quantity']),
    cost: Number(row['UnitPrice']),
    invoice: row['InvoiceNo'] ?? '',
    when: new Date(`${(row['InvoiceDate'] ?? '').replace(' ', 'T')}Z`).toISOString(),
  }));
}

const isNamed = ({ sku, name }: ShopLine): boolean => sku !== null && name.trim() !== '';

/** The first line of a code says what it is; spellings that differ are one product. */
function catalogueOf(lines: readonly ShopLine[]) {
  const catalogue = new Map<string, { name: string; cost: number }>();
  const spelt = new Map<string, Set<string>>();
  for (const { sku, name, cost, spelling } of lines.filter(isNamed)) {
    if (sku === null) continue;
    if (!catalogue.has(sku)) catalogue.set(sku, { name, cost });
    spelt.set(sku, (spelt.get(sku) ?? new Set()).add(spelling));
  }
  const several = [...spelt].filter(([, spellings]) => spellings.size > 1);
  const spellings = new Map(several.map(([sku, set]) => [sku, [...set].sort()]));
  return { catalogue, spellings };
}

function ownSku(text: string): string | null {
  const sku = text.trim().normalize('NFKC').toUpperCase();
  return /^[A-Z0-9][A-Z0-9._:/-]{0,63}$/.test(sku) ? sku : null;
}

/** Quotes, doubled quotes and commas in them; a record is a line. */
function readCsv(text: string): Record<string, string>[] {
  const [header = [], ...rows] = text
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) =>
      Array.from(line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g), (cell) =>
        cell[1] === undefined ? (cell[2] ?? '') : cell[1].replaceAll('""', '"'),
      ),
    );
  return rows.map((row) => Object.fromEntries(header.map((name, at) => [name, row[at] ?? ''])));
}
