import type { BrokenRun, ProductRange } from '../../../ports/reconcile-books.ts';
import type { Session } from '../session.ts';
import { integer } from '../values.ts';

/** At one place, ids are in the order of booking: the stock row is locked when they are given out. */
const SELECT = `
  SELECT w.id, w.product_id, p.sku, w.location_id, l.code AS location, w.before_it + w.quantity AS expected,
         w.on_hand_after AS actual
    FROM (SELECT id, product_id, location_id, quantity, on_hand_after,
                 COALESCE(LAG(on_hand_after) OVER (PARTITION BY product_id, location_id ORDER BY id), 0)
                   AS before_it
            FROM movements WHERE product_id BETWEEN ? AND ?) AS w
    JOIN products p ON p.id = w.product_id
    JOIN locations l ON l.id = w.location_id
   WHERE w.on_hand_after <> w.before_it + w.quantity
   ORDER BY w.id LIMIT ?`;

export async function readBrokenRuns(
  session: Session,
  { from, to }: ProductRange,
  limit: number,
): Promise<readonly BrokenRun[]> {
  const rows = await session.rows<{
    id: number;
    product_id: number;
    sku: string;
    location_id: number;
    location: string;
    expected: number | string;
    actual: number;
  }>(SELECT, [from, to, String(limit)]);
  return rows.map((row) => ({
    movementId: integer(row.id),
    productId: integer(row.product_id),
    sku: row.sku,
    locationId: integer(row.location_id),
    location: row.location,
    expected: integer(row.expected),
    actual: integer(row.actual),
  }));
}
