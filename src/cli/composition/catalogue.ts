import { createCatalogue } from '../../adapters/mysql/catalogue.ts';
import type { Database } from '../../adapters/mysql/database.ts';
import { createLocationStore } from '../../adapters/mysql/locations.ts';
import { createProductStore } from '../../adapters/mysql/products-store.ts';
import { createSupplierStore } from '../../adapters/mysql/suppliers-store.ts';
import type { CatalogueDependencies } from '../../services/catalogue/dependencies.ts';

export function createCatalogueStores(database: Database): CatalogueDependencies {
  return {
    catalogue: createCatalogue(database),
    products: createProductStore(database),
    suppliers: createSupplierStore(database),
    locations: createLocationStore(database),
  };
}
