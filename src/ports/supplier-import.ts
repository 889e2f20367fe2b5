import type { NewSupplier } from './supplier-store.ts';

/** A supplier as an import compares it with a line. */
export interface KnownSupplier extends NewSupplier {
  readonly id: number;
  readonly version: number;
}

export interface ImportedSupplier extends NewSupplier {
  /** The line that brings it, for its request id. */
  readonly line: number;
}

export interface ChangedSupplier extends ImportedSupplier {
  readonly id: number;
  readonly version: number;
}

/** Look-ups and writes of one batch, inside one transaction. */
export interface SupplierBatch {
  findSuppliers(codes: readonly string[]): Promise<ReadonlyMap<string, KnownSupplier>>;
  write(writes: {
    readonly created: readonly ImportedSupplier[];
    readonly changed: readonly ChangedSupplier[];
  }): Promise<void>;
}

export interface SupplierImportOptions {
  /** Begins the request id of each row: `prefix:line`. */
  readonly requestIdPrefix: string;
  readonly actor: string;
  readonly host: string;
  readonly source: string;
}

export interface SupplierImportStore {
  /** As `ProductImportStore.inTransaction`. */
  inTransaction<T>(
    options: SupplierImportOptions,
    work: (batch: SupplierBatch) => Promise<{ readonly value: T; readonly keep: boolean }>,
  ): Promise<T>;
}
