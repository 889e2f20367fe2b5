import { assert } from '../../lib/assert.ts';
import type {
  AddProductOutcome,
  ArchiveProductOutcome,
  CatalogueStatus,
  EditProductOutcome,
  NewProduct,
  ProductFields,
  ProductStore,
  StockAtLocation,
} from '../../ports/product-store.ts';
import type { WriteContext } from '../../ports/write-context.ts';
import { barcodeNamed, deleteBarcode, putBarcode } from './barcodes.ts';
import { Rollback } from './database.ts';
import type { Database } from './database.ts';
import { isDuplicateKey } from './errors.ts';
import { findLivePool } from './pools/live-pool.ts';
import { putLink, selectSuppliersOf } from './product-suppliers.ts';
import { findById, findBySku, insertProduct, lockById, updateProduct } from './products.ts';
import { selectPage } from './products-query.ts';
import type { Session } from './session.ts';
import { unitOfWork } from './unit-of-work.ts';
import { integer } from './values.ts';

const SELECT_STOCK = `
  SELECT l.code, s.on_hand, s.reserved
    FROM stock s STRAIGHT_JOIN locations l ON l.id = s.location_id
   WHERE s.product_id = ? ORDER BY s.location_id`;

/**
 * Locks the rows in the global order, (product, location), and moves their versions on: a posting that
 * only compares versions must not miss the archiving that came between its look and its write.
 */
const TOUCH_STOCK = 'UPDATE stock SET version = version + 1 WHERE product_id = ?';

export function createProductStore(database: Database): ProductStore {
  return {
    find: (sku) => database.read((session) => findBySku(session, sku)),
    page: (query) => database.read((session) => selectPage(session, query)),
    stockOf: (id) => database.read((session) => stockOf(session, id)),
    suppliersOf: (id) => database.read((session) => selectSuppliersOf(session, id)),
    add: (product, write) =>
      unitOfWork(database, write, (session) => addProduct(session, product, write)),
    edit: (id, changes, { ifVersion, write }) =>
      unitOfWork(database, write, (session) =>
        editProduct(session, id, { changes, ifVersion, write }),
      ),
    setStatus: (id, status, write) =>
      unitOfWork(database, write, (session) => setStatus(session, id, { status, write })),
    addBarcode: (id, barcode, write) =>
      unitOfWork(database, write, async (session) => {
        const outcome = await putBarcode(session, id, { barcode, write });
        if (outcome.status === 'code_taken') throw new Rollback(outcome);
        return outcome;
      }),
    removeBarcode: (code, write) =>
      unitOfWork(database, write, (session) => deleteBarcode(session, code)),
  };
}

async function addProduct(
  session: Session,
  product: NewProduct,
  write: WriteContext,
): Promise<AddProductOutcome> {
  const { sku } = product;
  let productId: number;
  try {
    productId = await insertProduct(session, product, write);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const existing = await findBySku(session, sku);
    if (existing === undefined) throw error;
    return { status: 'exists', product: existing };
  }
  const namesake = await barcodeNamed(session, { sku, productId });
  if (namesake !== undefined) throw new Rollback<AddProductOutcome>(namesake);
  for (const barcode of product.barcodes) {
    const outcome = await putBarcode(session, productId, { barcode, write });
    if (outcome.status === 'code_taken') throw new Rollback<AddProductOutcome>(outcome);
  }
  if (product.supplierId !== null) {
    const link = { productId, supplierId: product.supplierId, preferred: true };
    await putLink(session, link, write);
  }
  await session.run('INSERT INTO stock (product_id, location_id) VALUES (?, ?)', [
    productId,
    product.locationId,
  ]);
  return { status: 'added', product: await existingProduct(session, productId) };
}

async function editProduct(
  session: Session,
  id: number,
  options: {
    readonly changes: Partial<ProductFields>;
    readonly ifVersion: number | null;
    readonly write: WriteContext;
  },
): Promise<EditProductOutcome> {
  const before = await lockById(session, id);
  assert(before !== undefined, 'products are archived, never deleted');
  const wanted = { ...before, ...options.changes };
  const isSame =
    wanted.name === before.name &&
    wanted.unit === before.unit &&
    wanted.minLevel === before.minLevel &&
    wanted.safetyStock === before.safetyStock &&
    wanted.cost === before.cost;
  // The answer to a request that was lost on its way is asked for again with the version of then.
  const isReplay = isSame && before.requestId === options.write.requestId;
  if (options.ifVersion !== null && options.ifVersion !== before.version && !isReplay) {
    return { status: 'version_conflict', product: before };
  }
  if (isSame) return { status: 'unchanged', before, after: before };
  await updateProduct(session, wanted, options.write);
  return { status: 'edited', before, after: await existingProduct(session, id) };
}

/**
 * Archiving locks the product, so that no new stock row can refer to it, then its stock rows: a
 * posting that waits for one of them reads the status after it, and is refused.
 */
async function setStatus(
  session: Session,
  id: number,
  { status, write }: { readonly status: CatalogueStatus; readonly write: WriteContext },
): Promise<ArchiveProductOutcome> {
  const product = await lockById(session, id);
  assert(product !== undefined, 'products are archived, never deleted');
  if (product.status === status) return { status: 'unchanged', product };
  if (status === 'archived') {
    await session.run(TOUCH_STOCK, [id]);
    const pool = await findLivePool(session, { productId: id });
    if (pool !== null) throw new Rollback<ArchiveProductOutcome>({ status: 'has_pool', pool });
    const stock = await stockOf(session, id);
    const held = stock.filter((row) => row.onHand !== 0 || row.reserved !== 0);
    if (held.length > 0) {
      throw new Rollback<ArchiveProductOutcome>({ status: 'has_stock', stock: held });
    }
  }
  await updateProduct(session, { ...product, status }, write);
  return { status: 'changed', product: await existingProduct(session, id) };
}

async function existingProduct(session: Session, id: number) {
  const product = await findById(session, id);
  assert(product !== undefined, 'a product that was written can be read');
  return product;
}

async function stockOf(session: Session, id: number): Promise<readonly StockAtLocation[]> {
  const rows = await session.rows<{ code: string; on_hand: number; reserved: number }>(
    SELECT_STOCK,
    [id],
  );
  return rows.map((row) => ({
    location: row.code,
    onHand: integer(row.on_hand),
    reserved: integer(row.reserved),
  }));
}
