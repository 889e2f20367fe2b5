import { assert } from '../../lib/assert.ts';
import type { CatalogueStatus } from '../../ports/product-store.ts';
import type {
  AddSupplierOutcome,
  ArchiveSupplierOutcome,
  EditSupplierOutcome,
  NewSupplier,
  Supplier,
  SupplierFields,
  SupplierStore,
} from '../../ports/supplier-store.ts';
import type { WriteContext } from '../../ports/write-context.ts';
import type { Database } from './database.ts';
import { isDuplicateKey } from './errors.ts';
import { deleteLink, putLink } from './product-suppliers.ts';
import type { Session } from './session.ts';
import {
  findSupplier,
  insertSupplier,
  lockSupplier,
  selectSuppliers,
  updateSupplier,
} from './suppliers.ts';
import { unitOfWork } from './unit-of-work.ts';
import { integer } from './values.ts';

const COUNT_PRODUCTS = 'SELECT COUNT(*) AS count FROM product_suppliers WHERE supplier_id = ?';

const COUNT_PREFERRING = `
  SELECT COUNT(*) AS count
    FROM product_suppliers ps
    JOIN products p ON p.id = ps.product_id
   WHERE ps.supplier_id = ? AND ps.preferred = 1 AND p.status = 'active'`;

export function createSupplierStore(database: Database): SupplierStore {
  return {
    find: (code) => database.read((session) => findSupplier(session, code)),
    page: (query) => database.read((session) => selectSuppliers(session, query)),
    productCount: (id) => database.read((session) => count(session, COUNT_PRODUCTS, id)),
    preferringCount: (id) => database.read((session) => count(session, COUNT_PREFERRING, id)),
    add: (supplier, write) =>
      unitOfWork(database, write, (session) => addSupplier(session, supplier, write)),
    edit: (id, changes, { ifVersion, write }) =>
      unitOfWork(database, write, (session) =>
        editSupplier(session, id, { changes, ifVersion, write }),
      ),
    setStatus: (id, status, write) =>
      unitOfWork(database, write, (session) => setStatus(session, id, { status, write })),
    link: (pair, terms, write) =>
      unitOfWork(database, write, (session) => putLink(session, { ...pair, ...terms }, write)),
    unlink: (pair, write) => unitOfWork(database, write, (session) => deleteLink(session, pair)),
  };
}

async function count(session: Session, query: string, supplierId: number): Promise<number> {
  const [row] = await session.rows<{ count: number }>(query, [supplierId]);
  return integer(row?.count ?? 0);
}

async function addSupplier(
  session: Session,
  supplier: NewSupplier,
  write: WriteContext,
): Promise<AddSupplierOutcome> {
  let status: AddSupplierOutcome['status'] = 'added';
  try {
    await insertSupplier(session, supplier, write);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    status = 'exists';
  }
  return { status, supplier: await existingSupplier(session, supplier.code) };
}

async function editSupplier(
  session: Session,
  id: number,
  options: {
    readonly changes: Partial<SupplierFields>;
    readonly ifVersion: number | null;
    readonly write: WriteContext;
  },
): Promise<EditSupplierOutcome> {
  const before = await lockSupplier(session, id);
  const wanted = { ...before, ...options.changes };
  const isSame =
    wanted.name === before.name &&
    wanted.contact === before.contact &&
    wanted.phone === before.phone &&
    wanted.email === before.email &&
    wanted.leadDays === before.leadDays;
  const isReplay = isSame && before.requestId === options.write.requestId;
  if (options.ifVersion !== null && options.ifVersion !== before.version && !isReplay) {
    return { status: 'version_conflict', supplier: before };
  }
  if (isSame) return { status: 'unchanged', before, after: before };
  await updateSupplier(session, wanted, options.write);
  return { status: 'edited', before, after: await existingSupplier(session, before.code) };
}

async function setStatus(
  session: Session,
  id: number,
  { status, write }: { readonly status: CatalogueStatus; readonly write: WriteContext },
): Promise<ArchiveSupplierOutcome> {
  const supplier = await lockSupplier(session, id);
  if (supplier.status === status) return { status: 'unchanged', supplier };
  await updateSupplier(session, { ...supplier, status }, write);
  return { status: 'changed', supplier: await existingSupplier(session, supplier.code) };
}

async function existingSupplier(session: Session, code: string): Promise<Supplier> {
  const supplier = await findSupplier(session, code);
  assert(supplier !== undefined, 'a supplier that was written can be read');
  return supplier;
}
