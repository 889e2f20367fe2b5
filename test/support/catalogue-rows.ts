import type { TestDatabase } from './database.ts';

const STAMPS = "UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), 'a', 'h', 's', 'r'";

export interface ProductRow {
  readonly sku: string;
  readonly name?: string;
  readonly minLevel?: number;
  readonly safetyStock?: number;
  readonly cost?: string;
  readonly status?: 'active' | 'archived';
}

/** Writes products as the catalogue commands would: tests of stock do not depend on those. */
export async function insertProducts(
  database: TestDatabase,
  products: readonly ProductRow[],
): Promise<void> {
  for (const { sku, name = `Product ${sku}`, minLevel = 0, safetyStock = 0, ...rest } of products) {
    const { cost, status = 'active' } = rest;
    await database.sql(
      `INSERT INTO products (sku, name, min_level, safety_stock, cost, status,
                             created_at, updated_at, actor, host, source, request_id)
       VALUES (?, ?, ?, ?, ${cost ?? 'NULL'}, ?, ${STAMPS})`,
      [sku, name, minLevel, safetyStock, status],
    );
  }
}

export async function insertLocations(
  database: TestDatabase,
  locations: readonly { readonly code: string; readonly status?: 'active' | 'archived' }[],
): Promise<void> {
  for (const { code, status = 'active' } of locations) {
    await database.sql(
      `INSERT INTO locations (code, name, status, created_at, updated_at, actor, host, source, request_id)
       VALUES (?, ?, ?, ${STAMPS})`,
      [code, `Place ${code}`, status],
    );
  }
}

export async function insertSuppliers(
  database: TestDatabase,
  suppliers: readonly {
    readonly code: string;
    readonly leadDays?: number;
    readonly status?: 'active' | 'archived';
  }[],
): Promise<void> {
  for (const { code, leadDays, status = 'active' } of suppliers) {
    await database.sql(
      `INSERT INTO suppliers (code, name, lead_days, status, created_at, updated_at, actor, host, source, request_id)
       VALUES (?, ?, ${leadDays === undefined ? 'NULL' : String(leadDays)}, ?, ${STAMPS})`,
      [code, `Supplier ${code}`, status],
    );
  }
}
