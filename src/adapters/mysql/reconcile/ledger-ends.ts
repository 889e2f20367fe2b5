import type { LedgerEnds, ProductRange } from '../../../ports/reconcile-books.ts';
import type { Session } from '../session.ts';
import { integer } from '../values.ts';

const SELECT_ENDS = `
  SELECT s.sealed_to,
         (SELECT m.posting_id FROM movements m WHERE m.id <= s.sealed_to ORDER BY m.id DESC LIMIT 1) AS sealed_posting,
         (SELECT MAX(id) FROM movements) AS last_movement,
         (SELECT MAX(id) FROM postings) AS last_posting,
         (SELECT MAX(id) FROM products) AS last_product
    FROM ledger_seal_position s
   WHERE s.id = 1`;

const SELECT_NEXT = `
  SELECT LEAST(COALESCE((SELECT MIN(product_id) FROM stock WHERE product_id > ?), ~0 >> 1),
               COALESCE((SELECT MIN(product_id) FROM ledger_seals WHERE product_id > ?), ~0 >> 1),
               COALESCE((SELECT MIN(product_id) FROM movements WHERE product_id > ?), ~0 >> 1),
               COALESCE((SELECT MIN(product_id) FROM pools WHERE product_id > ?), ~0 >> 1)) AS next`;

/** By the index alone. */
const SELECT_BEYOND = `
  SELECT product_id FROM movements FORCE INDEX (movements_product)
   WHERE product_id BETWEEN ? AND ? ORDER BY product_id LIMIT 1 OFFSET ?`;

/** ~0 >> 1, the largest BIGINT: no product has it. */
const NONE = '9223372036854775807';

export async function readEnds(session: Session): Promise<LedgerEnds> {
  const [row] = await session.rows<{
    sealed_to: number;
    sealed_posting: number | null;
    last_movement: number | null;
    last_posting: number | null;
    last_product: number | null;
  }>(SELECT_ENDS);
  return {
    sealedTo: integer(row?.sealed_to ?? 0),
    sealedPostingId: integer(row?.sealed_posting ?? 0),
    lastMovementId: integer(row?.last_movement ?? 0),
    lastPostingId: integer(row?.last_posting ?? 0),
    lastProductId: integer(row?.last_product ?? 0),
  };
}

export async function readNextProduct(session: Session, after: number): Promise<number | null> {
  const [row] = await session.rows<{ next: number | string }>(SELECT_NEXT, [
    after,
    after,
    after,
    after,
  ]);
  return row === undefined || String(row.next) === NONE ? null : integer(row.next);
}

export async function readProductsTogether(
  session: Session,
  { from, to }: ProductRange,
  movementsAtOnce: number,
): Promise<ProductRange> {
  const [beyond] = await session.rows<{ product_id: number }>(SELECT_BEYOND, [
    from,
    to,
    String(movementsAtOnce),
  ]);
  if (beyond === undefined) return { from, to };
  return { from, to: Math.max(from, integer(beyond.product_id) - 1) };
}

export async function readStockRows(session: Session): Promise<number> {
  const [row] = await session.rows<{ found: number }>('SELECT COUNT(*) AS found FROM stock');
  return integer(row?.found ?? 0);
}
