import type { CatalogueStatus } from './product-store.ts';
import type { WriteContext } from './write-context.ts';

export interface SupplierFields {
  readonly name: string;
  readonly contact: string | null;
  readonly phone: string | null;
  readonly email: string | null;
  /** Whole days from order to delivery. */
  readonly leadDays: number | null;
}

export interface Supplier extends SupplierFields {
  readonly id: number;
  readonly code: string;
  readonly status: CatalogueStatus;
  readonly version: number;
  /** ISO 8601 UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly actor: string;
  readonly requestId: string;
}

export type NewSupplier = SupplierFields & { readonly code: string };

export interface AddSupplierOutcome {
  readonly status: 'added' | 'exists';
  readonly supplier: Supplier;
}

export type EditSupplierOutcome =
  | { readonly status: 'edited' | 'unchanged'; readonly before: Supplier; readonly after: Supplier }
  | { readonly status: 'version_conflict'; readonly supplier: Supplier };

export interface ArchiveSupplierOutcome {
  readonly status: 'changed' | 'unchanged';
  readonly supplier: Supplier;
}

/** How a supplier sells a product. Cost is a decimal string for one base unit. */
export interface SupplyTerms {
  readonly supplierSku: string | null;
  readonly cost: string | null;
  readonly leadDays: number | null;
  readonly minimumOrder: number | null;
  readonly preferred: boolean;
}

export interface LinkOutcome {
  readonly status: 'linked' | 'updated' | 'unchanged';
  readonly before: SupplyTerms | null;
  readonly after: SupplyTerms;
}

export interface SupplierQuery {
  /** Text found anywhere in code, name, contact, phone or email, whatever the letter case. */
  readonly search: string | null;
  readonly status: CatalogueStatus | null;
  readonly afterCode: string;
  readonly limit: number;
}

/** Suppliers, and what they sell. An id that it is asked to change exists: who calls has looked. */
export interface SupplierStore {
  find(code: string): Promise<Supplier | undefined>;
  page(query: SupplierQuery): Promise<readonly Supplier[]>;
  productCount(supplierId: number): Promise<number>;
  /** Products in use that name it as their preferred supplier. */
  preferringCount(supplierId: number): Promise<number>;
  add(supplier: NewSupplier, write: WriteContext): Promise<AddSupplierOutcome>;
  edit(
    supplierId: number,
    changes: Partial<SupplierFields>,
    options: { readonly ifVersion: number | null; readonly write: WriteContext },
  ): Promise<EditSupplierOutcome>;
  setStatus(
    supplierId: number,
    status: CatalogueStatus,
    write: WriteContext,
  ): Promise<ArchiveSupplierOutcome>;
  /** Links, or changes the terms that are given. */
  link(
    pair: { readonly supplierId: number; readonly productId: number },
    terms: Partial<SupplyTerms>,
    write: WriteContext,
  ): Promise<LinkOutcome>;
  /** @returns the terms that were, or undefined when the two were not linked */
  unlink(
    pair: { readonly supplierId: number; readonly productId: number },
    write: WriteContext,
  ): Promise<SupplyTerms | undefined>;
}
