import type { Database } from '../../../adapters/mysql/database.ts';
import type { BenchProduct } from '../../../bench/bench-draft.ts';
import type { Origin, PostingDraft } from '../../../domain/posting.ts';
import { isBooked } from '../../../domain/posting.ts';
import { fingerprint } from '../../../domain/fingerprint.ts';
import { assert } from '../../../lib/assert.ts';
import type { Clock } from '../../../ports/clock.ts';
import { addProduct } from '../../../services/catalogue/add-product.ts';
import { createConditional } from '../../../strategies/conditional.ts';
import { createCatalogueStores } from '../catalogue.ts';
import { createCatalogue } from '../../../adapters/mysql/catalogue.ts';

export const SKU_PREFIX = 'BENCH-';
const LOCATION = 'MAIN';
const LINES_MAX = 500;

export function skuOf(index: number): string {
  return `${SKU_PREFIX}${String(index + 1)}`;
}

interface ProductsOptions {
  readonly run: string;
  readonly origin: Origin;
  readonly products: number;
}

/** Makes the products of a run, as `inv product add` would. */
export async function addBenchProducts(
  database: Database,
  { run, origin, products }: ProductsOptions & { readonly clock: Clock },
): Promise<readonly BenchProduct[]> {
  const stores = createCatalogueStores(database);
  const catalogue = createCatalogue(database);
  const skus = Array.from({ length: products }, (_, index) => skuOf(index));
  for (const sku of skus) {
    const fields = { unit: 'pcs', minLevel: 0, safetyStock: 0, cost: null, barcodes: [] };
    await addProduct(
      stores,
      { ...fields, sku, name: `Bench ${run} ${sku}`, supplier: null, location: LOCATION },
      { requestId: `${run}-${sku}`, origin, dryRun: false },
    );
  }
  const found = await catalogue.findProducts(skus);
  const location = (await catalogue.findLocations([LOCATION])).get(LOCATION);
  return skus.map((sku) => {
    const product = found.get(sku);
    assert(product !== undefined && location !== undefined, 'what was just made can be found');
    return { productId: product.id, sku, locationId: location.id, location: location.code };
  });
}

export interface StockUpOptions {
  readonly run: string;
  readonly origin: Origin;
  readonly clock: Clock;
  readonly products: readonly BenchProduct[];
  readonly units: number;
}

let counts = 0;

/** Counts every product as so many units, as `inv stock adjust` would. */
export async function stockUp(
  database: Database,
  { run, origin, clock, products, units }: StockUpOptions,
): Promise<void> {
  const strategy = createConditional({ database, clock, attemptsMax: 50 });
  for (let from = 0; from < products.length; from += LINES_MAX) {
    counts += 1;
    const lines = products
      .slice(from, from + LINES_MAX)
      .map((product) => ({ ...product, quantity: 0, countedLevel: units, unitCost: null }));
    const content = {
      ...{ kind: 'adjust' as const, lines, reason: 'bench' },
      ...{ reference: null, occurredAt: null },
    };
    const draft: PostingDraft = {
      ...content,
      requestId: `${run}-count-${String(counts)}`,
      fingerprint: fingerprint({ ...content, supplier: null }),
      ...{ origin, supplierId: null, reversesId: null },
    };
    const [outcome] = await strategy.post([draft], { atomic: true, dryRun: false });
    assert(outcome !== undefined && isBooked(outcome), 'the stock of the bench can be counted');
  }
}
