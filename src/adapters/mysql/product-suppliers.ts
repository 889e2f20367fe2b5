import type { SupplierOfProduct } from '../../ports/product-store.ts';
import type { LinkOutcome, SupplyTerms } from '../../ports/supplier-store.ts';
import type { WriteContext } from '../../ports/write-context.ts';
import type { Session } from './session.ts';
import { signature } from './unit-of-work.ts';
import { integer, money } from './values.ts';

const SELECT_LINK = `
  SELECT supplier_sku, cost, lead_days, minimum_order, preferred
    FROM product_suppliers WHERE product_id = ? AND supplier_id = ?`;

/** Taken before a product's links change, so that two of them never both become the preferred one. */
const LOCK_PRODUCT = 'SELECT id FROM products WHERE id = ? FOR UPDATE';

const SELECT_OF_PRODUCT = `
  SELECT s.code, s.name, ps.supplier_sku, ps.cost, ps.lead_days, ps.minimum_order, ps.preferred
    FROM product_suppliers ps STRAIGHT_JOIN suppliers s ON s.id = ps.supplier_id
   WHERE ps.product_id = ? ORDER BY ps.preferred IS NULL, s.code`;

const CLEAR_PREFERRED = `
  UPDATE product_suppliers
     SET preferred = NULL, updated_at = UTC_TIMESTAMP(6),
         actor = ?, host = ?, source = ?, request_id = ?
   WHERE product_id = ? AND preferred = 1 AND supplier_id <> ?`;

const INSERT_LINK = `
  INSERT INTO product_suppliers (supplier_sku, cost, lead_days, minimum_order, preferred,
         actor, host, source, request_id, product_id, supplier_id, created_at, updated_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`;

const UPDATE_LINK = `
  UPDATE product_suppliers
     SET supplier_sku = ?, cost = ?, lead_days = ?, minimum_order = ?, preferred = ?,
         actor = ?, host = ?, source = ?, request_id = ?, updated_at = UTC_TIMESTAMP(6)
   WHERE product_id = ? AND supplier_id = ?`;

const DELETE_LINK = 'DELETE FROM product_suppliers WHERE product_id = ? AND supplier_id = ?';

interface LinkRow {
  readonly supplier_sku: string | null;
  readonly cost: string | null;
  readonly lead_days: number | null;
  readonly minimum_order: number | null;
  readonly preferred: number | null;
}

const NO_TERMS: SupplyTerms = {
  supplierSku: null,
  cost: null,
  leadDays: null,
  minimumOrder: null,
  preferred: false,
};

export interface Link extends Partial<SupplyTerms> {
  readonly productId: number;
  readonly supplierId: number;
}

/** Links the two, or changes the terms that are given; a new preferred supplier replaces the old one. */
export async function putLink(
  session: Session,
  { productId, supplierId, ...terms }: Link,
  write: WriteContext,
): Promise<LinkOutcome> {
  await session.rows(LOCK_PRODUCT, [productId]);
  const before = await findLink(session, { productId, supplierId });
  const after = { ...(before ?? NO_TERMS), ...terms };
  if (before !== null && isSame(before, after)) return { status: 'unchanged', before, after };
  if (after.preferred) {
    await session.run(CLEAR_PREFERRED, [...signature(write), productId, supplierId]);
  }
  await session.run(before === null ? INSERT_LINK : UPDATE_LINK, [
    after.supplierSku,
    after.cost,
    after.leadDays,
    after.minimumOrder,
    after.preferred ? 1 : null,
    ...signature(write),
    productId,
    supplierId,
  ]);
  return { status: before === null ? 'linked' : 'updated', before, after };
}

export async function deleteLink(
  session: Session,
  pair: Pick<Link, 'productId' | 'supplierId'>,
): Promise<SupplyTerms | undefined> {
  await session.rows(LOCK_PRODUCT, [pair.productId]);
  const before = await findLink(session, pair);
  if (before === null) return undefined;
  await session.run(DELETE_LINK, [pair.productId, pair.supplierId]);
  return before;
}

/** The preferred one first. */
export async function selectSuppliersOf(
  session: Session,
  productId: number,
): Promise<readonly SupplierOfProduct[]> {
  const rows = await session.rows<LinkRow & { readonly code: string; readonly name: string }>(
    SELECT_OF_PRODUCT,
    [productId],
  );
  return rows.map((row) => ({ code: row.code, name: row.name, ...termsOf(row) }));
}

async function findLink(
  session: Session,
  { productId, supplierId }: Pick<Link, 'productId' | 'supplierId'>,
): Promise<SupplyTerms | null> {
  const [row] = await session.rows<LinkRow>(SELECT_LINK, [productId, supplierId]);
  return row === undefined ? null : termsOf(row);
}

function termsOf(row: LinkRow): SupplyTerms {
  return {
    supplierSku: row.supplier_sku,
    cost: money(row.cost),
    leadDays: row.lead_days === null ? null : integer(row.lead_days),
    minimumOrder: row.minimum_order === null ? null : integer(row.minimum_order),
    preferred: row.preferred === 1,
  };
}

function isSame(a: SupplyTerms, b: SupplyTerms): boolean {
  return (
    a.supplierSku === b.supplierSku &&
    a.cost === b.cost &&
    a.leadDays === b.leadDays &&
    a.minimumOrder === b.minimumOrder &&
    a.preferred === b.preferred
  );
}
