import type { Catalogue } from '../../ports/catalogue.ts';
import type { LocationStore } from '../../ports/location-store.ts';
import type { ProductImportStore } from '../../ports/product-import.ts';
import type { ProductStore } from '../../ports/product-store.ts';
import type { SupplierImportStore } from '../../ports/supplier-import.ts';
import type { SupplierStore } from '../../ports/supplier-store.ts';

/** What the use cases of the catalogue reach their stores through. */
export interface CatalogueDependencies {
  readonly catalogue: Catalogue;
  readonly products: ProductStore;
  readonly suppliers: SupplierStore;
  readonly locations: LocationStore;
  readonly productImport: ProductImportStore;
  readonly supplierImport: SupplierImportStore;
}
