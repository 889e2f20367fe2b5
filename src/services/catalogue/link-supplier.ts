import { InvError } from '../../lib/errors.ts';
import type { LinkOutcome, Supplier, SupplyTerms } from '../../ports/supplier-store.ts';
import type { WriteContext } from '../../ports/write-context.ts';
import type { CatalogueDependencies } from './dependencies.ts';
import { findProduct, findSupplier } from './find.ts';

export interface LinkRequest {
  readonly supplier: string;
  /** A SKU or a barcode. */
  readonly product: string;
}

export interface Linked extends LinkOutcome {
  readonly supplier: string;
  readonly sku: string;
}

/**
 * Says that the supplier sells the product, and on which terms; said again, it changes the terms given.
 * @throws InvError NOT_FOUND, ARCHIVED
 */
export async function linkSupplier(
  dependencies: CatalogueDependencies,
  request: LinkRequest,
  { terms, write }: { readonly terms: Partial<SupplyTerms>; readonly write: WriteContext },
): Promise<Linked> {
  const supplier = await findSupplier(dependencies, request.supplier);
  refuseArchived(supplier);
  const product = await findProduct(dependencies, request.product);
  const pair = { supplierId: supplier.id, productId: product.id };
  const outcome = await dependencies.suppliers.link(pair, terms, write);
  return { ...outcome, supplier: supplier.code, sku: product.sku };
}

/** @throws InvError NOT_FOUND, also when the two are not linked */
export async function unlinkSupplier(
  dependencies: CatalogueDependencies,
  request: LinkRequest,
  write: WriteContext,
): Promise<{ readonly supplier: string; readonly sku: string; readonly before: SupplyTerms }> {
  const { id: supplierId, code } = await findSupplier(dependencies, request.supplier);
  const { id: productId, sku } = await findProduct(dependencies, request.product);
  const before = await dependencies.suppliers.unlink({ supplierId, productId }, write);
  if (before !== undefined) return { supplier: code, sku, before };
  throw new InvError('NOT_FOUND', `supplier ${code} does not sell ${sku}`, {
    hint: `inv product show ${sku}`,
    facts: { supplier: code, sku },
  });
}

/** @throws InvError ARCHIVED */
export function refuseArchived({ code, status }: Pick<Supplier, 'code' | 'status'>): void {
  if (status === 'active') return;
  throw new InvError('ARCHIVED', `supplier ${code} is archived: nothing new is bought there`, {
    hint: `inv supplier archive ${code} --undo`,
    facts: { supplier: code },
  });
}
