import type { Barcode, Product, ProductFields } from '../../ports/product-store.ts';
import type { WriteContext } from '../../ports/write-context.ts';
import { requireLocation } from '../stock/require.ts';
import type { CatalogueDependencies } from './dependencies.ts';
import { findSupplier } from './find.ts';
import { refuseArchived } from './link-supplier.ts';
import { productDocument } from './product-document.ts';
import { codeTaken, replayedOrRefused } from './refusals.ts';

export interface AddProductRequest extends ProductFields {
  readonly sku: string;
  readonly barcodes: readonly Barcode[];
  /** Code of the supplier that is preferred from the start. */
  readonly supplier: string | null;
  /** Code of the location where its first stock row is made. */
  readonly location: string;
}

export interface AddedProduct {
  readonly product: Product;
  readonly replayed: boolean;
}

/**
 * Creates a product with its barcodes, its supplier and an empty stock row, all or nothing.
 * @throws InvError NOT_FOUND (supplier, location), ARCHIVED, ALREADY_EXISTS, REQUEST_CONFLICT
 */
export async function addProduct(
  dependencies: CatalogueDependencies,
  request: AddProductRequest,
  write: WriteContext,
): Promise<AddedProduct> {
  const { catalogue, products } = dependencies;
  const { supplier, location, ...fields } = request;
  const supplierId = supplier === null ? null : await activeSupplier(dependencies, supplier);
  const locationId = (await requireLocation(catalogue, location)).id;
  const outcome = await products.add({ ...fields, supplierId, locationId }, write);
  if (outcome.status === 'code_taken') throw codeTaken(outcome, request.sku);
  const { product } = outcome;
  if (outcome.status === 'added') return { product, replayed: false };
  const replayed = replayedOrRefused({
    kind: 'product',
    code: product.sku,
    writtenBy: product.requestId,
    requestId: write.requestId,
    isSame: isSame(product, request),
    document: productDocument(product),
  });
  return { product, replayed };
}

async function activeSupplier(
  dependencies: CatalogueDependencies,
  code: string,
): Promise<number> {
  const supplier = await findSupplier(dependencies, code);
  refuseArchived(supplier);
  return supplier.id;
}

function isSame(product: Product, request: AddProductRequest): boolean {
  return (
    product.name === request.name &&
    product.unit === request.unit &&
    product.minLevel === request.minLevel &&
    product.safetyStock === request.safetyStock &&
    product.cost === request.cost &&
    product.supplier === request.supplier &&
    sortedText(product.barcodes) === sortedText(request.barcodes)
  );
}

function sortedText(barcodes: readonly Barcode[]): string {
  return barcodes
    .map(({ code, unitsPerScan }) => `${code}=${String(unitsPerScan)}`)
    .sort()
    .join(' ');
}
