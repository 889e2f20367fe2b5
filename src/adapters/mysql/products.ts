import type {
  Barcode,
  CatalogueStatus,
  Product,
  ProductFields,
} from '../../ports/product-store.ts';
import type { WriteContext } from '../../ports/write-context.ts';
import type { Parameter, Session } from './session.ts';
import { signature } from './unit-of-work.ts';
import { integer, isoFromDatetime, money } from './values.ts';

export const PRODUCT_COLUMNS = `
  p.id, p.sku, p.name, p.unit, p.min_level, p.safety_stock, p.cost, p.status, p.version,
  p.created_at, p.updated_at, p.actor, p.request_id, s.code AS supplier`;

export const PREFERRED_SUPPLIER = `
    LEFT JOIN product_suppliers ps ON ps.product_id = p.id AND ps.preferred = 1
    LEFT JOIN suppliers s ON s.id = ps.supplier_id`;

const SELECT_BY_SKU = `SELECT ${PRODUCT_COLUMNS} FROM products p ${PREFERRED_SUPPLIER} WHERE p.sku = ?`;
const SELECT_BY_ID = `SELECT ${PRODUCT_COLUMNS} FROM products p ${PREFERRED_SUPPLIER} WHERE p.id = ?`;

const LOCK_PRODUCT = 'SELECT id FROM products WHERE id = ? FOR UPDATE';

const SELECT_BARCODES = `
  SELECT b.product_id, b.code, b.units_per_scan
    FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) AS asked
    STRAIGHT_JOIN barcodes b ON b.product_id = asked.id
   ORDER BY b.code`;

const INSERT_PRODUCT = `
  INSERT INTO products (sku, name, unit, min_level, safety_stock, cost, created_at, updated_at,
                        actor, host, source, request_id)
  VALUES (?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), ?, ?, ?, ?)`;

const UPDATE_PRODUCT = `
  UPDATE products
     SET name = ?, unit = ?, min_level = ?, safety_stock = ?, cost = ?, status = ?,
         version = version + 1, updated_at = UTC_TIMESTAMP(6),
         actor = ?, host = ?, source = ?, request_id = ?
   WHERE id = ? AND version = ?`;

export interface ProductRow {
  readonly id: number;
  readonly sku: string;
  readonly name: string;
  readonly unit: string;
  readonly min_level: number;
  readonly safety_stock: number;
  readonly cost: string | null;
  readonly status: CatalogueStatus;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly actor: string;
  readonly request_id: string;
  readonly supplier: string | null;
}

export async function findBySku(session: Session, sku: string): Promise<Product | undefined> {
  const rows = await session.rows<ProductRow>(SELECT_BY_SKU, [sku]);
  return (await withBarcodes(session, rows))[0];
}

export async function findById(session: Session, id: number): Promise<Product | undefined> {
  const rows = await session.rows<ProductRow>(SELECT_BY_ID, [id]);
  return (await withBarcodes(session, rows))[0];
}

/** The product, locked until the transaction ends: also against new stock rows that refer to it. */
export async function lockById(session: Session, id: number): Promise<Product | undefined> {
  await session.rows(LOCK_PRODUCT, [id]);
  return findById(session, id);
}

export async function withBarcodes(
  session: Session,
  rows: readonly ProductRow[],
): Promise<readonly Product[]> {
  if (rows.length === 0) return [];
  const barcodes = await barcodesOf(
    session,
    rows.map((row) => integer(row.id)),
  );
  return rows.map((row) => productOf(row, barcodes.get(integer(row.id)) ?? []));
}

async function barcodesOf(
  session: Session,
  ids: readonly number[],
): Promise<ReadonlyMap<number, readonly Barcode[]>> {
  const rows = await session.rows<{ product_id: number; code: string; units_per_scan: number }>(
    SELECT_BARCODES,
    [JSON.stringify(ids)],
  );
  const found = new Map<number, Barcode[]>();
  for (const row of rows) {
    const id = integer(row.product_id);
    const list = found.get(id) ?? [];
    found.set(id, list);
    list.push({ code: row.code, unitsPerScan: integer(row.units_per_scan) });
  }
  return found;
}

function productOf(row: ProductRow, barcodes: readonly Barcode[]): Product {
  return {
    id: integer(row.id),
    sku: row.sku,
    name: row.name,
    unit: row.unit,
    minLevel: integer(row.min_level),
    safetyStock: integer(row.safety_stock),
    cost: money(row.cost),
    status: row.status,
    version: integer(row.version),
    supplier: row.supplier,
    barcodes,
    createdAt: isoFromDatetime(row.created_at),
    updatedAt: isoFromDatetime(row.updated_at),
    actor: row.actor,
    requestId: row.request_id,
  };
}

/** @throws the driver's error 1062 when the SKU is there already */
export async function insertProduct(
  session: Session,
  product: ProductFields & { readonly sku: string },
  write: WriteContext,
): Promise<number> {
  const values = [product.sku, ...fieldValues(product), ...signature(write)];
  return (await session.run(INSERT_PRODUCT, values)).insertId;
}

/** Compare-and-set. False = it is no longer at the version that was read. */
export async function updateProduct(
  session: Session,
  product: ProductFields & Pick<Product, 'id' | 'status' | 'version'>,
  write: WriteContext,
): Promise<boolean> {
  const values = [
    ...fieldValues(product),
    product.status,
    ...signature(write),
    product.id,
    product.version,
  ];
  return (await session.run(UPDATE_PRODUCT, values)).matched === 1;
}

function fieldValues(fields: ProductFields): readonly Parameter[] {
  return [fields.name, fields.unit, fields.minLevel, fields.safetyStock, fields.cost];
}
