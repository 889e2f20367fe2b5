import { parseSku } from '../../domain/parse/sku.ts';
import type { AddBarcodeOutcome, Barcode, CodeTaken } from '../../ports/product-store.ts';
import type { WriteContext } from '../../ports/write-context.ts';
import { isDuplicateKey } from './errors.ts';
import type { Session } from './session.ts';
import { signature } from './unit-of-work.ts';
import { integer } from './values.ts';

const INSERT_BARCODE = `
  INSERT INTO barcodes (code, product_id, units_per_scan, created_at, actor, host, source, request_id)
  VALUES (?, ?, ?, UTC_TIMESTAMP(6), ?, ?, ?, ?)`;

const SELECT_OWNER = `
  SELECT b.code, b.units_per_scan, p.id, p.sku
    FROM barcodes b STRAIGHT_JOIN products p ON p.id = b.product_id
   WHERE b.code IN (?, ?)
    LOCK IN SHARE MODE`;

const SELECT_NAMESAKE = 'SELECT id, sku FROM products WHERE sku = ? LOCK IN SHARE MODE';

const DELETE_BARCODE = 'DELETE FROM barcodes WHERE code = ?';

interface OwnerRow {
  readonly code: string;
  readonly units_per_scan: number;
  readonly id: number;
  readonly sku: string;
}

/**
 * Adds one barcode. One code means one thing: written first and looked up afterwards with a lock,
 * so that of two writers who give the same code two meanings at once, one waits and then sees.
 */
export async function putBarcode(
  session: Session,
  productId: number,
  { barcode, write }: { readonly barcode: Barcode; readonly write: WriteContext },
): Promise<AddBarcodeOutcome> {
  const { code, unitsPerScan } = barcode;
  try {
    await session.run(INSERT_BARCODE, [code, productId, unitsPerScan, ...signature(write)]);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const owner = await ownerOf(session, code);
    if (owner === undefined) throw error;
    const { id, ...taken } = owner;
    return id === productId && taken.unitsPerScan === unitsPerScan
      ? { status: 'present', barcode }
      : { status: 'code_taken', as: 'barcode', code, ...taken };
  }
  const namesake = await skuNamed(session, code);
  const isAmbiguous = namesake !== undefined && (namesake.id !== productId || unitsPerScan !== 1);
  return isAmbiguous
    ? { status: 'code_taken', as: 'sku', code, sku: namesake.sku, unitsPerScan: 1 }
    : { status: 'added', barcode };
}

/** A barcode of another product that reads like this new SKU. */
export async function barcodeNamed(
  session: Session,
  { sku, productId }: { readonly sku: string; readonly productId: number },
): Promise<CodeTaken | undefined> {
  const rows = await session.rows<OwnerRow>(SELECT_OWNER, [sku, sku.toLowerCase()]);
  const other = rows.find((row) => integer(row.id) !== productId);
  if (other === undefined) return undefined;
  const unitsPerScan = integer(other.units_per_scan);
  return { status: 'code_taken', as: 'barcode', code: other.code, sku: other.sku, unitsPerScan };
}

export async function deleteBarcode(
  session: Session,
  code: string,
): Promise<{ readonly sku: string; readonly barcode: Barcode } | undefined> {
  const owner = await ownerOf(session, code);
  if (owner === undefined) return undefined;
  await session.run(DELETE_BARCODE, [code]);
  return { sku: owner.sku, barcode: { code, unitsPerScan: owner.unitsPerScan } };
}

async function ownerOf(
  session: Session,
  code: string,
): Promise<{ id: number; sku: string; unitsPerScan: number } | undefined> {
  const [row] = await session.rows<OwnerRow>(SELECT_OWNER, [code, code]);
  if (row === undefined) return undefined;
  return { id: integer(row.id), sku: row.sku, unitsPerScan: integer(row.units_per_scan) };
}

async function skuNamed(
  session: Session,
  code: string,
): Promise<{ id: number; sku: string } | undefined> {
  const sku = parseSku(code);
  if (!sku.ok) return undefined;
  const [row] = await session.rows<{ id: number; sku: string }>(SELECT_NAMESAKE, [sku.value]);
  return row === undefined ? undefined : { id: integer(row.id), sku: row.sku };
}
