import { assert } from '../../lib/assert.ts';
import type { CatalogueStatus } from '../../ports/product-store.ts';
import type {
  NewSupplier,
  Supplier,
  SupplierFields,
  SupplierQuery,
} from '../../ports/supplier-store.ts';
import type { WriteContext } from '../../ports/write-context.ts';
import { containing } from './products-query.ts';
import type { Parameter, Session } from './session.ts';
import { signature } from './unit-of-work.ts';
import { integer, isoFromDatetime } from './values.ts';

const SELECT = `
  SELECT id, code, name, contact, phone, email, lead_days, status, version, created_at, updated_at,
         actor, request_id
    FROM suppliers`;

const SEARCH = 'AND (code LIKE ? OR name LIKE ? OR contact LIKE ? OR phone LIKE ? OR email LIKE ?)';

const INSERT_SUPPLIER = `
  INSERT INTO suppliers (code, name, contact, phone, email, lead_days, actor, host, source, request_id,
                         created_at, updated_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`;

const UPDATE_SUPPLIER = `
  UPDATE suppliers
     SET name = ?, contact = ?, phone = ?, email = ?, lead_days = ?, status = ?,
         actor = ?, host = ?, source = ?, request_id = ?,
         version = version + 1, updated_at = UTC_TIMESTAMP(6)
   WHERE id = ? AND version = ?`;

interface SupplierRow {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly contact: string | null;
  readonly phone: string | null;
  readonly email: string | null;
  readonly lead_days: number | null;
  readonly status: CatalogueStatus;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly actor: string;
  readonly request_id: string;
}

export async function findSupplier(session: Session, code: string): Promise<Supplier | undefined> {
  const [row] = await session.rows<SupplierRow>(`${SELECT} WHERE code = ?`, [code]);
  return row === undefined ? undefined : supplierOf(row);
}

export async function lockSupplier(session: Session, id: number): Promise<Supplier> {
  const [row] = await session.rows<SupplierRow>(`${SELECT} WHERE id = ? FOR UPDATE`, [id]);
  assert(row !== undefined, 'suppliers are archived, never deleted');
  return supplierOf(row);
}

/** One page by key, in the order of the codes. */
export async function selectSuppliers(
  session: Session,
  { search, status, afterCode, limit }: SupplierQuery,
): Promise<readonly Supplier[]> {
  assert(Number.isSafeInteger(limit) && limit > 0, 'a page has a whole number of suppliers');
  const parameters: Parameter[] = [afterCode];
  const where: string[] = [];
  if (status !== null) {
    where.push('AND status = ?');
    parameters.push(status);
  }
  if (search !== null) {
    where.push(SEARCH);
    const text = containing(search);
    parameters.push(containing(search.normalize('NFKC').toUpperCase()), text, text, text, text);
  }
  const rows = await session.rows<SupplierRow>(
    `${SELECT} WHERE code > ? ${where.join(' ')} ORDER BY code LIMIT ${String(limit)}`,
    parameters,
  );
  return rows.map(supplierOf);
}

/** @throws the driver's error 1062 when the code is there already */
export async function insertSupplier(
  session: Session,
  supplier: NewSupplier,
  write: WriteContext,
): Promise<void> {
  await session.run(INSERT_SUPPLIER, [
    supplier.code,
    ...fieldValues(supplier),
    ...signature(write),
  ]);
}

/** Compare-and-set. False = it is no longer at the version that was read. */
export async function updateSupplier(
  session: Session,
  supplier: SupplierFields & Pick<Supplier, 'id' | 'status' | 'version'>,
  write: WriteContext,
): Promise<boolean> {
  const values = [
    ...fieldValues(supplier),
    supplier.status,
    ...signature(write),
    supplier.id,
    supplier.version,
  ];
  return (await session.run(UPDATE_SUPPLIER, values)).matched === 1;
}

function fieldValues(fields: SupplierFields): readonly Parameter[] {
  return [fields.name, fields.contact, fields.phone, fields.email, fields.leadDays];
}

function supplierOf(row: SupplierRow): Supplier {
  const { id, lead_days, version, created_at, updated_at, request_id, ...same } = row;
  return {
    ...same,
    id: integer(id),
    leadDays: lead_days === null ? null : integer(lead_days),
    version: integer(version),
    createdAt: isoFromDatetime(created_at),
    updatedAt: isoFromDatetime(updated_at),
    requestId: request_id,
  };
}
