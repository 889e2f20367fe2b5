import { assert } from '../../lib/assert.ts';
import type { Product, ProductQuery } from '../../ports/product-store.ts';
import { PREFERRED_SUPPLIER, PRODUCT_COLUMNS, withBarcodes } from './products.ts';
import type { ProductRow } from './products.ts';
import type { Parameter, Session } from './session.ts';

/** The name's collation ignores letter case in every language; codes are bytes, and upper case. */
const SEARCH = `
     AND (p.sku LIKE ? OR p.name LIKE ?
          OR EXISTS (SELECT 1 FROM barcodes b WHERE b.product_id = p.id AND b.code LIKE ?))`;

const STATUS = 'AND p.status = ?';

const SUPPLIER = `
     AND EXISTS (SELECT 1 FROM product_suppliers x WHERE x.product_id = p.id AND x.supplier_id = ?)`;

/** One page by key: the millionth product costs what the first does. */
export async function selectPage(
  session: Session,
  { search, status, supplierId, afterSku, limit }: ProductQuery,
): Promise<readonly Product[]> {
  assert(Number.isSafeInteger(limit) && limit > 0, 'a page has a whole number of products');
  const parameters: Parameter[] = [afterSku];
  const where: string[] = [];
  if (status !== null) {
    where.push(STATUS);
    parameters.push(status);
  }
  if (search !== null) {
    where.push(SEARCH);
    const code = search.normalize('NFKC').toUpperCase();
    parameters.push(containing(code), containing(search), containing(search));
  }
  if (supplierId !== null) {
    where.push(SUPPLIER);
    parameters.push(supplierId);
  }
  const rows = await session.rows<ProductRow>(
    `SELECT ${PRODUCT_COLUMNS} FROM products p ${PREFERRED_SUPPLIER}
      WHERE p.sku > ? ${where.join(' ')} ORDER BY p.sku LIMIT ${String(limit)}`,
    parameters,
  );
  return withBarcodes(session, rows);
}

/** A LIKE pattern for text that contains the words as they are: `%` and `_` mean themselves. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}
