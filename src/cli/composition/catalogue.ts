import { createCatalogue } from '../../adapters/mysql/catalogue.ts';
import type { Database } from '../../adapters/mysql/database.ts';
import { createLocationStore } from '../../adapters/mysql/locations.ts';
import { createProductImport } from '../../adapters/mysql/product-import.ts';
import { createProductStore } from '../../adapters/mysql/products-store.ts';
import { createSupplierImport } from '../../adapters/mysql/suppliers-import.ts';
import { createSupplierStore } from '../../adapters/mysql/suppliers-store.ts';
import type { CatalogueDependencies } from '../../services/catalogue/dependencies.ts';

export function createCatalogueStores(database: Database): CatalogueDependencies {
  return {
    catalogue: createCatalogue(database),
    products: createProductStore(database),
    suppliers: createSupplierStore(database),
    locations: createLocationStore(database),
    productImport: createProductImport(database),
    supplierImport: createSupplierImport(database),
  };
}
