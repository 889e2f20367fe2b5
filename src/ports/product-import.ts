import type { Barcode, CatalogueStatus, ProductFields } from './product-store.ts';

/** A product as an import compares it with a line. */
export interface KnownProduct extends ProductFields {
  readonly id: number;
  readonly sku: string;
  readonly version: number;
  /** The preferred supplier's id. */
  readonly supplierId: number | null;
}

export interface ImportedProduct extends ProductFields {
  readonly sku: string;
  /** The line that brings it, for its request id. */
  readonly line: number;
}

export interface ChangedProduct extends ImportedProduct {
  readonly id: number;
  /** The version that was compared: the change is refused at any other. */
  readonly version: number;
}

export interface ImportedBarcode extends Barcode {
  readonly sku: string;
  readonly line: number;
}

export interface ImportedLink {
  readonly sku: string;
  readonly supplierId: number;
  readonly line: number;
}

/** What one batch of lines writes. */
export interface ProductWrites {
  readonly created: readonly ImportedProduct[];
  readonly changed: readonly ChangedProduct[];
  readonly barcodes: readonly ImportedBarcode[];
  /** New preferred suppliers. */
  readonly links: readonly ImportedLink[];
}

/** Look-ups and writes of one batch, inside one transaction: a constant number of statements. */
export interface ProductBatch {
  findProducts(skus: readonly string[]): Promise<ReadonlyMap<string, KnownProduct>>;
  /** By code: whose barcode it is. */
  findBarcodes(
    codes: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly sku: string; readonly unitsPerScan: number }>>;
  findSuppliers(
    codes: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly id: number; readonly status: CatalogueStatus }>>;
  /** Another writer may have been faster with the same codes; then the transaction runs again. */
  write(writes: ProductWrites): Promise<void>;
}

export interface ProductImportOptions {
  /** Begins the request id of each row: `prefix:line`. */
  readonly requestIdPrefix: string;
  readonly actor: string;
  readonly host: string;
  readonly source: string;
  /** Where the first stock row of a new product is made. */
  readonly locationId: number;
}

export interface ProductImportStore {
  /**
   * One transaction, run again as a whole after a deadlock, or when another writer had the same
   * codes. What is not to be kept is rolled back, and the value returned all the same.
   */
  inTransaction<T>(
    options: ProductImportOptions,
    work: (batch: ProductBatch) => Promise<{ readonly value: T; readonly keep: boolean }>,
  ): Promise<T>;
}
