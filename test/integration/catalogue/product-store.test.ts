import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CatalogueDependencies } from '../../../src/services/catalogue/dependencies.ts';
import { catalogueOf, newProduct, testWrite } from '../../support/catalogue.ts';
import { createTestDatabase } from '../../support/database.ts';
import type { TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
let stores: CatalogueDependencies;
let products: CatalogueDependencies['products'];
beforeAll(async () => {
  database = await createTestDatabase();
  stores = catalogueOf(database);
  products = stores.products;
});
afterAll(() => database.drop());
beforeEach(async () => {
  for (const table of ['barcodes', 'product_suppliers', 'stock', 'products', 'suppliers']) {
    await database.sql(`DELETE FROM ${table}`);
  }
});

async function added(sku: string, fields: Parameters<typeof newProduct>[1] = {}) {
  const outcome = await products.add(newProduct(sku, fields), testWrite());
  if (outcome.status !== 'added') throw new Error(`${sku}: ${outcome.status}`);
  return outcome.product;
}

async function count(table: string): Promise<number> {
  return Number((await database.sql(`SELECT COUNT(*) AS n FROM ${table}`))[0]?.['n']);
}

describe('adding a product', () => {
  test('that exists writes nothing and tells what exists', async () => {
    const first = await added('A', { name: 'First' });
    const again = await products.add(newProduct('A', { name: 'Second' }), testWrite());
    expect(again).toEqual({ status: 'exists', product: first });
    expect([await count('products'), await count('stock')]).toEqual([1, 1]);
  });

  test('with a barcode of another product leaves nothing behind', async () => {
    await added('A', { barcodes: [{ code: 'x', unitsPerScan: 6 }] });
    const barcodes = ['y', 'x'].map((code) => ({ code, unitsPerScan: 1 }));
    expect(await products.add(newProduct('B', { barcodes }), testWrite())).toEqual({
      status: 'code_taken',
      as: 'barcode',
      code: 'x',
      sku: 'A',
      unitsPerScan: 6,
    });
    expect([await count('products'), await count('barcodes'), await count('stock')]).toEqual([1, 1, 1]);
  });

  test.each(['B', 'b'])('whose SKU is the barcode %s of another is refused', async (code) => {
    await added('A', { barcodes: [{ code, unitsPerScan: 1 }] });
    expect(await products.add(newProduct('B'), testWrite())).toMatchObject({
      status: 'code_taken',
      as: 'barcode',
      sku: 'A',
    });
    expect(await count('products')).toBe(1);
  });

  test('keeps text exactly, and signs every row', async () => {
    const name = '=1+1 "q" \'s\'\n\u001b[31m\u202e 中文 \\ 😀 %_';
    const write = testWrite({ requestId: 'signed' });
    const barcodes = [{ code: 'x', unitsPerScan: 12 }];
    await products.add(newProduct('A', { name, cost: '1.2345', barcodes }), write);
    expect(await products.find('A')).toMatchObject({ name, cost: '1.2345', barcodes, version: 1 });
    for (const table of ['products', 'barcodes']) {
      const [row] = await database.sql(
        `SELECT actor, host, source, CONVERT(request_id USING ascii) AS request_id FROM ${table}`,
      );
      expect(row).toEqual({ actor: 'tester', host: 'test-host', source: 'cli', request_id: 'signed' });
    }
  });

  test('as a dry run answers the same and writes nothing', async () => {
    const outcome = await products.add(newProduct('A'), testWrite({ dryRun: true }));
    expect(outcome.status).toBe('added');
    expect([await count('products'), await count('stock')]).toEqual([0, 0]);
  });

  test('from twenty writers at once makes one', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => products.add(newProduct('A'), testWrite())),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual([
      'added',
      ...Array.from({ length: 19 }, () => 'exists'),
    ]);
  });
});

test('one code never gets two meanings, whoever is first', async () => {
  for (let round = 0; round < 20; round += 1) {
    const code = `CODE-${String(round)}`;
    const owner = await added(`OWNER-${String(round)}`);
    const [asBarcode, asSku] = await Promise.all([
      products.addBarcode(owner.id, { code, unitsPerScan: 1 }, testWrite()),
      products.add(newProduct(code), testWrite()),
    ]);
    expect([asBarcode.status, asSku.status].sort()).toEqual(['added', 'code_taken']);
  }
});

describe('barcodes', () => {
  test('are refused as the SKU of another, or as a pack of their own SKU', async () => {
    const a = await added('A');
    await added('B');
    const add = (code: string, unitsPerScan: number) =>
      products.addBarcode(a.id, { code, unitsPerScan }, testWrite());
    expect(await add('b', 1)).toEqual({
      status: 'code_taken',
      as: 'sku',
      code: 'b',
      sku: 'B',
      unitsPerScan: 1,
    });
    expect((await add('A', 12)).status).toBe('code_taken');
    expect(await count('barcodes')).toBe(0);
    expect((await add('A', 1)).status).toBe('added');
  });

  test('given again are there already; with other units they are refused', async () => {
    const { id } = await added('A');
    const add = (unitsPerScan: number) =>
      products.addBarcode(id, { code: 'x', unitsPerScan }, testWrite());
    expect([(await add(6)).status, (await add(6)).status, (await add(1)).status]).toEqual([
      'added',
      'present',
      'code_taken',
    ]);
  });

  test('removed are free for another product', async () => {
    const a = await added('A', { barcodes: [{ code: 'x', unitsPerScan: 6 }] });
    expect(await products.removeBarcode('X', testWrite())).toBeUndefined();
    expect(await products.removeBarcode('x', testWrite())).toEqual({
      sku: 'A',
      barcode: { code: 'x', unitsPerScan: 6 },
    });
    const b = await added('B', { barcodes: [{ code: 'x', unitsPerScan: 1 }] });
    expect([a.sku, b.barcodes]).toEqual(['A', [{ code: 'x', unitsPerScan: 1 }]]);
  });
});

describe('an edit', () => {
  test('of another version than the one named changes nothing', async () => {
    const before = await added('A');
    const write = testWrite();
    expect(await products.edit(before.id, { name: 'B' }, { ifVersion: 2, write })).toEqual({
      status: 'version_conflict',
      product: before,
    });
  });

  test('of one version, by twenty at once, is made once', async () => {
    const { id } = await added('A');
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        products.edit(id, { name: `N${String(index)}` }, { ifVersion: 1, write: testWrite() }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'edited')).toHaveLength(1);
    expect((await products.find('A'))?.version).toBe(2);
  });

  test('sent again with its request id is no conflict', async () => {
    const { id } = await added('A');
    const options = { ifVersion: 1, write: testWrite() };
    const statuses = [
      (await products.edit(id, { name: 'B' }, options)).status,
      (await products.edit(id, { name: 'B' }, options)).status,
    ];
    expect(statuses).toEqual(['edited', 'unchanged']);
  });
});

describe('archiving', () => {
  test('is refused while anything is on hand or reserved', async () => {
    const { id } = await added('A');
    await database.sql('UPDATE stock SET on_hand = 5, reserved = 2');
    expect(await products.setStatus(id, 'archived', testWrite())).toEqual({
      status: 'has_stock',
      stock: [{ location: 'MAIN', onHand: 5, reserved: 2 }],
    });
    await database.sql('UPDATE stock SET on_hand = 0, reserved = 0');
    expect((await products.setStatus(id, 'archived', testWrite())).status).toBe('changed');
    expect((await products.setStatus(id, 'archived', testWrite())).status).toBe('unchanged');
  });
});

describe('a page of the list', () => {
  const all = { search: null, status: null, supplierId: null, afterSku: '', limit: 100 };
  const skus = async (query: Partial<Parameters<typeof products.page>[0]>) =>
    (await products.page({ ...all, ...query })).map(({ sku }) => sku);

  test('is found by name in any language and letter case, by SKU and by barcode', async () => {
    await added('A-1', { name: 'Rote TASSE 100%_\\' });
    await added('B-2', { name: '红色的杯子', barcodes: [{ code: 'xYz9', unitsPerScan: 1 }] });
    expect(await skus({ search: 'tasse' })).toEqual(['A-1']);
    expect(await skus({ search: '色的' })).toEqual(['B-2']);
    expect(await skus({ search: 'b-' })).toEqual(['B-2']);
    expect(await skus({ search: 'Yz' })).toEqual(['B-2']);
    expect(await skus({ search: '0%_\\' })).toEqual(['A-1']);
    expect(await skus({ search: '%' })).toEqual(['A-1']);
    expect(await skus({ search: "' OR 1=1 --" })).toEqual([]);
  });

  test('follows the one before, each product once', async () => {
    for (const sku of ['C', 'A', 'B', 'A1', 'A-1']) await added(sku);
    expect(await skus({ limit: 2 })).toEqual(['A', 'A-1']);
    expect(await skus({ limit: 2, afterSku: 'A-1' })).toEqual(['A1', 'B']);
    expect(await skus({ limit: 2, afterSku: 'B' })).toEqual(['C']);
  });
});
