import type { Origin } from '../../../domain/posting.ts';
import { productCount } from '../../../loadtest/workload/settings.ts';
import type { LoadSettings } from '../../../loadtest/workload/settings.ts';
import { skuOfProduct } from '../../../loadtest/workload/skus.ts';
import { addProduct } from '../../../services/catalogue/add-product.ts';
import type { CatalogueDependencies } from '../../../services/catalogue/dependencies.ts';
import type { PoolDependencies } from '../../../services/pools/dependencies.ts';
import { openPool } from '../../../services/pools/open-pool.ts';
import { postStock } from '../../../services/stock/post-stock.ts';
import type { StockDependencies } from '../../../services/stock/post-stock.ts';

export interface ShopDependencies {
  readonly catalogue: CatalogueDependencies;
  readonly stock: StockDependencies;
  /** null: the target sells without pools. */
  readonly pools: PoolDependencies | null;
  readonly origin: Origin;
}

export const SHOP_LOCATION = 'MAIN';
const PRODUCTS_AT_ONCE = 4;
const LINES_MAX = 500;

/** Makes the products of a run, stocks them and opens their pools, as the commands would. */
export async function stockShop(
  dependencies: ShopDependencies,
  settings: LoadSettings,
  { run, onProgress }: { readonly run: string; readonly onProgress: (share: number) => void },
): Promise<void> {
  const { pools, origin } = dependencies;
  const products = Array.from({ length: productCount(settings) }, (_, product) => product);
  const steps = products.length * (pools === null ? 1 : 2);
  let done = 0;
  const each = async (work: (product: number) => Promise<void>): Promise<void> => {
    const queue = [...products].reverse();
    const take = async (): Promise<void> => {
      for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
        await work(next);
        done += 1;
        onProgress(done / steps);
      }
    };
    await Promise.all(Array.from({ length: PRODUCTS_AT_ONCE }, take));
  };
  await each((product) => add(dependencies, product, run));
  for (let from = 0; from < products.length; from += LINES_MAX) {
    await receive(dependencies, {
      requestId: `${run}-in-${from}`,
      products: products.slice(from, from + LINES_MAX),
      stock: settings.stock,
    });
  }
  if (pools === null) return;
  await each(async (product) => {
    const { stock: quantity, perBuyer } = settings;
    const terms = { floor: 0, perBuyer, startsAtMs: null, endsAtMs: null };
    const pool = { product: skuOfProduct(product), location: SHOP_LOCATION, quantity };
    const write = { requestId: `${run}-pool-${product}`, origin, dryRun: false };
    await openPool(pools, { ...pool, buckets: 1, terms }, write);
  });
}

async function add(
  { catalogue, origin }: ShopDependencies,
  product: number,
  run: string,
): Promise<void> {
  const fields = { unit: 'pcs', minLevel: 0, safetyStock: 0, cost: null, barcodes: [] };
  await addProduct(
    catalogue,
    {
      ...fields,
      sku: skuOfProduct(product),
      name: `Load test ${run}, product ${product + 1}`,
      supplier: null,
      location: SHOP_LOCATION,
    },
    { requestId: `${run}-product-${product}`, origin, dryRun: false },
  );
}

async function receive(
  { stock }: ShopDependencies,
  goods: {
    readonly requestId: string;
    readonly products: readonly number[];
    readonly stock: number;
  },
): Promise<void> {
  const { requestId, products } = goods;
  await postStock(
    stock,
    {
      requestId,
      kind: 'in',
      lines: products.map((product) => ({
        product: skuOfProduct(product),
        location: SHOP_LOCATION,
        quantity: goods.stock,
        unitCost: null,
      })),
      reason: null,
      reference: null,
      supplier: null,
      occurredAt: null,
    },
    { dryRun: false },
  );
}
