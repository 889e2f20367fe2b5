import { createCatalogueStores } from '../../src/cli/composition/catalogue.ts';
import type { NewProduct } from '../../src/ports/product-store.ts';
import type { WriteContext } from '../../src/ports/write-context.ts';
import type { CatalogueDependencies } from '../../src/services/catalogue/dependencies.ts';
import type { TestDatabase } from './database.ts';

let requests = 0;

/** A write of its own, as the command line would make it. */
export function testWrite(options: Partial<WriteContext> = {}): WriteContext {
  requests += 1;
  return {
    requestId: `test-${String(requests)}`,
    origin: { actor: 'tester', host: 'test-host', source: 'cli' },
    dryRun: false,
    ...options,
  };
}

export function catalogueOf(database: TestDatabase): CatalogueDependencies {
  return createCatalogueStores(database.database);
}

export function newProduct(sku: string, fields: Partial<NewProduct> = {}): NewProduct {
  return {
    sku,
    name: `Product ${sku}`,
    unit: 'pcs',
    minLevel: 0,
    safetyStock: 0,
    cost: null,
    barcodes: [],
    supplierId: null,
    locationId: 1,
    ...fields,
  };
}
