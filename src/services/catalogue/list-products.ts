import type { CatalogueStatus, Product } from '../../ports/product-store.ts';
import { requireSupplier } from '../stock/require.ts';
import type { CatalogueDependencies } from './dependencies.ts';

/** Products fetched together, which bounds memory. */
const PAGE_PRODUCTS_MAX = 500;

export interface ListProductsRequest {
  readonly search: string | null;
  /** null = both. */
  readonly status: CatalogueStatus | null;
  readonly supplier: string | null;
  readonly afterSku: string;
  /** Infinity = all of them. */
  readonly limit: number;
}

/**
 * Products in the order of their SKUs, page by page, in bounded memory however many there are.
 * @throws InvError NOT_FOUND for the supplier, before the first product
 */
export async function* listProducts(
  { catalogue, products }: CatalogueDependencies,
  { search, status, supplier, afterSku, limit }: ListProductsRequest,
): AsyncGenerator<Product> {
  const supplierId = supplier === null ? null : (await requireSupplier(catalogue, supplier)).id;
  let after = afterSku;
  let left = limit;
  while (left > 0) {
    const size = Math.min(left, PAGE_PRODUCTS_MAX);
    const page = await products.page({ search, status, supplierId, afterSku: after, limit: size });
    yield* page;
    if (page.length < size) return;
    after = page.at(-1)?.sku ?? after;
    left -= page.length;
  }
}
