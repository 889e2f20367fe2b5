import type { WriteContext } from './write-context.ts';

export type CatalogueStatus = 'active' | 'archived';

export interface Barcode {
  readonly code: string;
  /** Base units that one scan stands for: more than 1 for a pack. */
  readonly unitsPerScan: number;
}

/** What can be edited. Levels in base units; cost is a decimal string for one base unit. */
export interface ProductFields {
  readonly name: string;
  readonly unit: string;
  readonly minLevel: number;
  readonly safetyStock: number;
  readonly cost: string | null;
}

export interface Product extends ProductFields {
  readonly id: number;
  readonly sku: string;
  readonly status: CatalogueStatus;
  /** Grows by one with each change. */
  readonly version: number;
  /** Code of the preferred supplier. */
  readonly supplier: string | null;
  /** In the order of their codes. */
  readonly barcodes: readonly Barcode[];
  /** ISO 8601 UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Who wrote the row last, and with which request. */
  readonly actor: string;
  readonly requestId: string;
}

export interface NewProduct extends ProductFields {
  readonly sku: string;
  readonly barcodes: readonly Barcode[];
  /** Becomes the preferred one. */
  readonly supplierId: number | null;
  /** Where its first stock row is made, with nothing on hand. */
  readonly locationId: number;
}

/** A code that already means something else: another product's barcode, or its SKU. */
export interface CodeTaken {
  readonly status: 'code_taken';
  readonly code: string;
  readonly as: 'barcode' | 'sku';
  /** The product that has it. */
  readonly sku: string;
  readonly unitsPerScan: number;
}

export type AddProductOutcome =
  { readonly status: 'added' | 'exists'; readonly product: Product } | CodeTaken;

export type EditProductOutcome =
  | { readonly status: 'edited' | 'unchanged'; readonly before: Product; readonly after: Product }
  | { readonly status: 'version_conflict'; readonly product: Product };

export interface StockAtLocation {
  readonly location: string;
  readonly onHand: number;
  readonly reserved: number;
}

export type ArchiveProductOutcome =
  | { readonly status: 'changed' | 'unchanged'; readonly product: Product }
  | { readonly status: 'has_stock'; readonly stock: readonly StockAtLocation[] }
  | { readonly status: 'has_pool'; readonly pool: LivePool };

/** A pool that is not closed: what it is asked about must stay in use. */
export interface LivePool {
  readonly poolId: number;
  readonly sku: string;
  readonly location: string;
}

export type AddBarcodeOutcome =
  { readonly status: 'added' | 'present'; readonly barcode: Barcode } | CodeTaken;

export interface SupplierOfProduct {
  readonly code: string;
  readonly name: string;
  readonly supplierSku: string | null;
  readonly cost: string | null;
  readonly leadDays: number | null;
  readonly minimumOrder: number | null;
  readonly preferred: boolean;
}

export interface ProductQuery {
  /** Text found anywhere in SKU, name or barcode, whatever the letter case. */
  readonly search: string | null;
  readonly status: CatalogueStatus | null;
  readonly supplierId: number | null;
  /** Products whose SKU comes after it; '' for the first page. */
  readonly afterSku: string;
  readonly limit: number;
}

/** Products and their barcodes. A SKU or id that it is asked to change exists: who calls has looked. */
export interface ProductStore {
  find(sku: string): Promise<Product | undefined>;
  /** In the order of their SKUs: the next page starts after the last one. */
  page(query: ProductQuery): Promise<readonly Product[]>;
  stockOf(productId: number): Promise<readonly StockAtLocation[]>;
  suppliersOf(productId: number): Promise<readonly SupplierOfProduct[]>;
  add(product: NewProduct, write: WriteContext): Promise<AddProductOutcome>;
  /** @param ifVersion refuses unless the product is at this version; null = whatever it is at */
  edit(
    productId: number,
    changes: Partial<ProductFields>,
    options: { readonly ifVersion: number | null; readonly write: WriteContext },
  ): Promise<EditProductOutcome>;
  setStatus(
    productId: number,
    status: CatalogueStatus,
    write: WriteContext,
  ): Promise<ArchiveProductOutcome>;
  addBarcode(productId: number, barcode: Barcode, write: WriteContext): Promise<AddBarcodeOutcome>;
  /** @returns what it stood for, or undefined when there is no such barcode */
  removeBarcode(
    code: string,
    write: WriteContext,
  ): Promise<{ readonly sku: string; readonly barcode: Barcode } | undefined>;
}
