import type {
  KnownProduct,
  ProductBatch,
  ProductImportOptions,
  ProductImportStore,
} from '../../ports/product-import.ts';
import type { CatalogueStatus } from '../../ports/product-store.ts';
import type { Database } from './database.ts';
import { importTransaction } from './import-transaction.ts';
import { writeProducts } from './product-import-writes.ts';
import type { Session } from './session.ts';
import { integer, money } from './values.ts';

const SELECT_PRODUCTS = `
  SELECT p.id, p.sku, p.name, p.unit, p.min_level, p.safety_stock, p.cost, p.version,
         ps.supplier_id
    FROM JSON_TABLE(?, '$[*]' COLUMNS (sku VARCHAR(64) CHARACTER SET ascii PATH '$')) AS asked
    STRAIGHT_JOIN products p FORCE INDEX (products_sku) ON p.sku = CAST(asked.sku AS BINARY)
    LEFT JOIN product_suppliers ps ON ps.product_id = p.id AND ps.preferred = 1`;

const SELECT_BARCODES = `
  SELECT b.code, b.units_per_scan, p.sku
    FROM JSON_TABLE(?, '$[*]' COLUMNS (code VARCHAR(64) CHARACTER SET ascii PATH '$')) AS asked
    STRAIGHT_JOIN barcodes b FORCE INDEX (PRIMARY) ON b.code = CAST(asked.code AS BINARY)
    STRAIGHT_JOIN products p ON p.id = b.product_id`;

/** Many have none, and then thousands of look-ups are saved. */
const ANY_BARCODE = 'SELECT 1 AS found FROM barcodes LIMIT 1';

const SELECT_SUPPLIERS = `
  SELECT s.id, s.code, s.status
    FROM JSON_TABLE(?, '$[*]' COLUMNS (code VARCHAR(64) CHARACTER SET ascii PATH '$')) AS asked
    STRAIGHT_JOIN suppliers s FORCE INDEX (suppliers_code) ON s.code = CAST(asked.code AS BINARY)`;

export function createProductImport(database: Database): ProductImportStore {
  return {
    inTransaction: (options, work) =>
      importTransaction(database, (session) => work(batchOf(session, options))),
  };
}

function batchOf(session: Session, options: ProductImportOptions): ProductBatch {
  return {
    findProducts: (skus) => findProducts(session, skus),
    findBarcodes: (codes) => findBarcodes(session, codes),
    findSuppliers: (codes) => findSuppliers(session, codes),
    write: (writes) => writeProducts(session, writes, options),
  };
}

async function findProducts(
  session: Session,
  skus: readonly string[],
): Promise<ReadonlyMap<string, KnownProduct>> {
  if (skus.length === 0) return new Map();
  const rows = await session.rows<{
    id: number;
    sku: string;
    name: string;
    unit: string;
    min_level: number;
    safety_stock: number;
    cost: string | null;
    version: number;
    supplier_id: number | null;
  }>(SELECT_PRODUCTS, [JSON.stringify(skus)]);
  return new Map(
    rows.map((row) => [
      row.sku,
      {
        id: integer(row.id),
        sku: row.sku,
        name: row.name,
        unit: row.unit,
        minLevel: integer(row.min_level),
        safetyStock: integer(row.safety_stock),
        cost: money(row.cost),
        version: integer(row.version),
        supplierId: row.supplier_id === null ? null : integer(row.supplier_id),
      },
    ]),
  );
}

async function findBarcodes(
  session: Session,
  codes: readonly string[],
): Promise<ReadonlyMap<string, { sku: string; unitsPerScan: number }>> {
  if (codes.length === 0 || (await session.rows(ANY_BARCODE)).length === 0) return new Map();
  const rows = await session.rows<{ code: string; units_per_scan: number; sku: string }>(
    SELECT_BARCODES,
    [JSON.stringify(codes)],
  );
  return new Map(
    rows.map((row) => [row.code, { sku: row.sku, unitsPerScan: integer(row.units_per_scan) }]),
  );
}

async function findSuppliers(
  session: Session,
  codes: readonly string[],
): Promise<ReadonlyMap<string, { id: number; status: CatalogueStatus }>> {
  if (codes.length === 0) return new Map();
  const rows = await session.rows<{ id: number; code: string; status: CatalogueStatus }>(
    SELECT_SUPPLIERS,
    [JSON.stringify(codes)],
  );
  return new Map(rows.map((row) => [row.code, { id: integer(row.id), status: row.status }]));
}
