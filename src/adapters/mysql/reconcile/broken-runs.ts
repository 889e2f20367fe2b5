import type { BrokenRun, ProductRange } from '../../../ports/reconcile-books.ts';
import type { Session } from '../session.ts';
import { integer } from '../values.ts';
import { placeFrom } from './place-row.ts';
import type { PlaceRow } from './place-row.ts';

/** At one place, ids are in the order of booking: the stock row is locked when they are given out. */
const PLACE = 'PARTITION BY product_id, location_id ORDER BY id';

const COLUMNS = `
  w.id, w.product_id, p.sku, w.location_id, l.code AS location, w.before_it, w.quantity, w.on_hand_after`;

const NAMES = `
    JOIN products p ON p.id = w.product_id
    JOIN locations l ON l.id = w.location_id`;

const SELECT_OF_RANGE = `
  SELECT ${COLUMNS}, 0 AS is_last
    FROM (SELECT id, product_id, location_id, quantity, on_hand_after,
                 COALESCE(LAG(on_hand_after) OVER (${PLACE}), 0) AS before_it
            FROM movements WHERE product_id BETWEEN ? AND ?) AS w
    ${NAMES}
   WHERE w.on_hand_after <> w.before_it + w.quantity
   ORDER BY w.id LIMIT ?`;

/** With the first and the last of each place: they tie one piece to the next. */
const SELECT_OF_PIECE = `
  SELECT ${COLUMNS}, w.is_last
    FROM (SELECT id, product_id, location_id, quantity, on_hand_after,
                 LAG(on_hand_after) OVER (${PLACE}) AS before_it,
                 LEAD(id) OVER (${PLACE}) IS NULL AS is_last
            FROM movements WHERE product_id = ? AND id > ? AND id <= ?) AS w
    ${NAMES}
   WHERE w.before_it IS NULL OR w.is_last OR w.on_hand_after <> w.before_it + w.quantity
   ORDER BY w.id`;

const SELECT_PIECE_END = `
  SELECT COALESCE((SELECT id FROM movements FORCE INDEX (movements_product)
                    WHERE product_id = ? AND id > ? ORDER BY id LIMIT 1 OFFSET ?),
                  (SELECT MAX(id) FROM movements WHERE product_id = ?), 0) AS last`;

interface Row extends PlaceRow {
  id: number;
  before_it: number | null;
  quantity: number;
  on_hand_after: number;
  is_last: number;
}

/**
 * Movements that do not go on from the one before. One product may have any number of them and is read
 * piece by piece; several are read by one statement, see `readProductsTogether`.
 */
export function readBrokenRuns(
  session: Session,
  { from, to }: ProductRange,
  { limit, movementsAtOnce }: { readonly limit: number; readonly movementsAtOnce: number },
): Promise<readonly BrokenRun[]> {
  return from === to
    ? readInPieces(session, from, { limit, movementsAtOnce })
    : readAtOnce(session, { from, to }, limit);
}

async function readAtOnce(
  session: Session,
  { from, to }: ProductRange,
  limit: number,
): Promise<readonly BrokenRun[]> {
  const rows = await session.rows<Row>(SELECT_OF_RANGE, [from, to, String(limit)]);
  return rows.map((row) => brokenRun(row, integer(row.before_it ?? 0)));
}

async function readInPieces(
  session: Session,
  productId: number,
  { limit, movementsAtOnce }: { readonly limit: number; readonly movementsAtOnce: number },
): Promise<readonly BrokenRun[]> {
  const broken: BrokenRun[] = [];
  const onHand = new Map<number, number>();
  for (let after = 0; broken.length < limit;) {
    const ofProduct = [productId, after, String(movementsAtOnce - 1), productId];
    const [end] = await session.rows<{ last: number | string }>(SELECT_PIECE_END, ofProduct);
    const last = integer(end?.last ?? 0);
    if (last <= after) break;
    for (const row of await session.rows<Row>(SELECT_OF_PIECE, [productId, after, last])) {
      const before = integer(row.before_it ?? onHand.get(row.location_id) ?? 0);
      const run = brokenRun(row, before);
      if (run.expected !== run.actual) broken.push(run);
      if (row.is_last === 1) onHand.set(row.location_id, run.actual);
    }
    after = last;
  }
  return broken.slice(0, limit);
}

function brokenRun(row: Row, before: number): BrokenRun {
  return {
    movementId: integer(row.id),
    ...placeFrom(row),
    expected: before + integer(row.quantity),
    actual: integer(row.on_hand_after),
  };
}
