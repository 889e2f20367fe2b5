import type { CatalogueStatus } from '../../ports/product-store.ts';
import type { Supplier } from '../../ports/supplier-store.ts';
import type { CatalogueDependencies } from './dependencies.ts';

/** Suppliers fetched together, which bounds memory. */
const PAGE_SUPPLIERS_MAX = 500;

export interface ListSuppliersRequest {
  readonly search: string | null;
  /** null = both. */
  readonly status: CatalogueStatus | null;
  readonly afterCode: string;
  /** Infinity = all of them. */
  readonly limit: number;
}

/** Suppliers in the order of their codes, page by page. */
export async function* listSuppliers(
  { suppliers }: CatalogueDependencies,
  { search, status, afterCode, limit }: ListSuppliersRequest,
): AsyncGenerator<Supplier> {
  let after = afterCode;
  let left = limit;
  while (left > 0) {
    const size = Math.min(left, PAGE_SUPPLIERS_MAX);
    const page = await suppliers.page({ search, status, afterCode: after, limit: size });
    yield* page;
    if (page.length < size) return;
    after = page.at(-1)?.code ?? after;
    left -= page.length;
  }
}
