import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCatalogue } from '../../../src/adapters/mysql/catalogue.ts';
import type { CatalogueDependencies } from '../../../src/services/catalogue/dependencies.ts';
import { postStock } from '../../../src/services/stock/post-stock.ts';
import { catalogueOf, newProduct, testWrite } from '../../support/catalogue.ts';
import { createTestDatabase } from '../../support/database.ts';
import type { TestDatabase } from '../../support/database.ts';
import { createStrategy, mysqlStrategyNames } from '../../support/strategies.ts';

let database: TestDatabase;
let stores: CatalogueDependencies;
beforeAll(async () => {
  database = await createTestDatabase();
  stores = catalogueOf(database);
});
afterAll(() => database.drop());

test.each(mysqlStrategyNames)('what is archived holds nothing, whoever is first (%s)', async (name) => {
  const origin = { actor: 'tester', host: 'h', source: 'test' };
  const strategy = createStrategy(name, database.database);
  const stock = { catalogue: createCatalogue(database.database), strategy, origin };
  await stores.locations.add({ code: 'B', name: 'B' }, testWrite());
  const seen = new Set<string>();
  for (let round = 0; round < 30; round += 1) {
    const sku = `${name}-${String(round)}`.toUpperCase();
    const outcome = await stores.products.add(newProduct(sku), testWrite());
    if (outcome.status !== 'added') throw new Error(outcome.status);
    const { id } = outcome.product;
    // A location without a stock row yet is the harder case: there is no row to lock.
    const line = { product: sku, location: round % 2 === 0 ? 'MAIN' : 'B' };
    const request = {
      requestId: `in-${sku}`,
      kind: 'in' as const,
      lines: [{ ...line, quantity: 3, unitCost: null }],
      reason: null,
      reference: null,
      supplier: null,
      occurredAt: null,
    };
    const [posted, archived] = await Promise.all([
      postStock(stock, request, { dryRun: false }).then(
        () => 'posted',
        (error: unknown) => (error as { code?: string }).code ?? String(error),
      ),
      stores.products.setStatus(id, 'archived', testWrite()),
    ]);
    seen.add(`${posted} ${archived.status}`);
    const [row] = await database.sql(
      `SELECT p.status, SUM(s.on_hand) AS on_hand FROM products p JOIN stock s ON s.product_id = p.id
        WHERE p.id = ? GROUP BY p.status`,
      [id],
    );
    const expected = posted === 'posted' ? ['active', 3] : ['archived', 0];
    expect([row?.['status'], Number(row?.['on_hand'])]).toEqual(expected);
  }
  for (const pair of seen) expect(['posted has_stock', 'ARCHIVED changed']).toContain(pair);
});
