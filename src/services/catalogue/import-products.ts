import type { Origin } from '../../domain/posting.ts';
import { parseSku } from '../../domain/parse/sku.ts';
import type { ProductBatch, ProductImportStore } from '../../ports/product-import.ts';
import { importFile } from '../files/import-file.ts';
import type { ImportFileOptions, ImportKind } from '../files/import-file.ts';
import type { ReadLine } from '../files/read-batches.ts';
import type { ImportReport } from '../files/import-report.ts';
import { requireLocation } from '../stock/require.ts';
import { decideProducts } from './decide-products.ts';
import type { CatalogueDependencies } from './dependencies.ts';
import { parseProductFileLine } from './product-line.ts';
import type { ProductFileLine } from './product-line.ts';

export interface ImportProductsOptions extends ImportFileOptions {
  /** False: products that exist stay as they are. */
  readonly update: boolean;
  /** Code of the location where the first stock row of a new product is made. */
  readonly location: string;
  readonly origin: Origin;
}

/**
 * Imports products from the lines of a file.
 * @throws InvError NOT_FOUND for the location; what `importFile` throws
 */
export async function importProducts(
  { catalogue, productImport }: CatalogueDependencies,
  options: ImportProductsOptions,
): Promise<ImportReport> {
  const { update, origin, requestId } = options;
  const locationId = (await requireLocation(catalogue, options.location)).id;
  return importFile(
    kindOf(productImport, { ...origin, requestIdPrefix: requestId, locationId, update }),
    options,
  );
}

function kindOf(
  store: ProductImportStore,
  options: Parameters<ProductImportStore['inTransaction']>[0] & { readonly update: boolean },
): ImportKind<ProductFileLine, ProductBatch> {
  return {
    codeColumn: 'sku',
    parse: parseProductFileLine,
    inTransaction: (work) => store.inTransaction(options, work),
    apply: async (batch, lines, firstLine) => {
      const surroundings = await lookUp(batch, lines);
      const { result, writes } = decideProducts(lines, {
        ...surroundings,
        firstLine,
        update: options.update,
      });
      await batch.write(writes);
      return result;
    },
  };
}

/** Three look-ups at most, whatever the number of lines. */
async function lookUp(batch: ProductBatch, lines: readonly ReadLine<ProductFileLine>[]) {
  const skus = new Set<string>();
  const codes = new Set<string>();
  const supplierCodes = new Set<string>();
  for (const { value } of lines) {
    skus.add(value.sku);
    if (value.supplier !== undefined) supplierCodes.add(value.supplier);
    for (const { code } of value.barcodes) {
      codes.add(code);
      const asSku = parseSku(code);
      if (asSku.ok) skus.add(asSku.value);
    }
  }
  const products = await batch.findProducts([...skus]);
  for (const { value } of lines) {
    if (products.has(value.sku)) continue;
    codes.add(value.sku);
    codes.add(value.sku.toLowerCase());
  }
  return {
    products,
    barcodes: await batch.findBarcodes([...codes]),
    suppliers: await batch.findSuppliers([...supplierCodes]),
  };
}
