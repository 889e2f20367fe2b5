import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CatalogueDependencies } from '../../../src/services/catalogue/dependencies.ts';
import { catalogueOf, newProduct, testWrite } from '../../support/catalogue.ts';
import { createTestDatabase } from '../../support/database.ts';
import type { TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
let stores: CatalogueDependencies;
beforeAll(async () => {
  database = await createTestDatabase();
  stores = catalogueOf(database);
});
afterAll(() => database.drop());

async function supplier(code: string): Promise<number> {
  const fields = { name: code, contact: null, phone: null, email: null, leadDays: null };
  return (await stores.suppliers.add({ code, ...fields }, testWrite())).supplier.id;
}

async function product(sku: string): Promise<number> {
  const outcome = await stores.products.add(newProduct(sku), testWrite());
  if (outcome.status === 'code_taken') throw new Error('taken');
  return outcome.product.id;
}

describe('links', () => {
  test('keep the terms that a later call does not name', async () => {
    const pair = { supplierId: await supplier('S1'), productId: await product('P1') };
    const { suppliers } = stores;
    await suppliers.link(pair, { cost: '2.50', leadDays: 7 }, testWrite());
    const again = await suppliers.link(pair, { cost: '3.00' }, testWrite());
    expect(again).toEqual({
      status: 'updated',
      before: {
        supplierSku: null,
        cost: '2.50',
        leadDays: 7,
        minimumOrder: null,
        preferred: false,
      },
      after: {
        supplierSku: null,
        cost: '3.00',
        leadDays: 7,
        minimumOrder: null,
        preferred: false,
      },
    });
    expect((await suppliers.link(pair, { cost: '3.00' }, testWrite())).status).toBe('unchanged');
    expect(await suppliers.unlink(pair, testWrite())).toEqual(again.after);
    expect(await suppliers.unlink(pair, testWrite())).toBeUndefined();
  });

  test('leave a product one preferred supplier, whoever asks at once', async () => {
    const productId = await product('P2');
    const ids = await Promise.all(['S2', 'S3', 'S4', 'S5'].map(supplier));
    await Promise.all(
      ids.map((supplierId) =>
        stores.suppliers.link({ supplierId, productId }, { preferred: true }, testWrite()),
      ),
    );
    const linked = await stores.products.suppliersOf(productId);
    expect(linked.map(({ preferred }) => preferred)).toEqual([true, false, false, false]);
  });
});

describe('locations', () => {
  test('are archived only when nothing lies there', async () => {
    const { locations } = stores;
    const { location } = await locations.add({ code: 'SHELF', name: 'Shelf' }, testWrite());
    const productId = await product('P3');
    await database.sql(
      'INSERT INTO stock (product_id, location_id, on_hand, reserved) VALUES (?, ?, 7, 3)',
      [productId, location.id],
    );
    expect(await locations.setStatus(location.id, 'archived', testWrite())).toEqual({
      status: 'has_stock',
      products: 1,
      onHand: 7,
      reserved: 3,
    });
    await database.sql('UPDATE stock SET on_hand = 0, reserved = 0');
    expect(await locations.setStatus(location.id, 'archived', testWrite())).toMatchObject({
      status: 'changed',
      location: { code: 'SHELF', status: 'archived', version: 2 },
    });
    expect((await locations.list('active')).map(({ code }) => code)).toEqual(['MAIN']);
  });
});
