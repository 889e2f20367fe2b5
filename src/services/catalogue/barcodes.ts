import { InvError } from '../../lib/errors.ts';
import type { Barcode } from '../../ports/product-store.ts';
import type { WriteContext } from '../../ports/write-context.ts';
import type { CatalogueDependencies } from './dependencies.ts';
import { findProduct } from './find.ts';
import { codeTaken } from './refusals.ts';

export interface BarcodeOfProduct {
  readonly sku: string;
  readonly barcode: Barcode;
  /** False when it stood there already. */
  readonly changed: boolean;
}

/** @throws InvError NOT_FOUND; ALREADY_EXISTS when the code means something else */
export async function addBarcode(
  dependencies: CatalogueDependencies,
  { product: text, barcode }: { readonly product: string; readonly barcode: Barcode },
  write: WriteContext,
): Promise<BarcodeOfProduct> {
  const { id, sku } = await findProduct(dependencies, text);
  const outcome = await dependencies.products.addBarcode(id, barcode, write);
  if (outcome.status === 'code_taken') throw codeTaken(outcome, sku);
  return { sku, barcode, changed: outcome.status === 'added' };
}

/** @throws InvError NOT_FOUND */
export async function removeBarcode(
  { products }: CatalogueDependencies,
  code: string,
  write: WriteContext,
): Promise<BarcodeOfProduct> {
  const removed = await products.removeBarcode(code, write);
  if (removed === undefined) {
    throw new InvError('NOT_FOUND', `there is no barcode ${code}`, {
      hint: `inv product list --search ${code}`,
      facts: { code },
    });
  }
  return { ...removed, changed: true };
}
