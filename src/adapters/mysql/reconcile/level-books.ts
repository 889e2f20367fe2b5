import type { StockPlace } from '../../../domain/reconcile/finding.ts';
import type { LevelBooks } from '../../../domain/reconcile/judge-level.ts';
import type { Session } from '../session.ts';
import { integer } from '../values.ts';
import { placeFrom } from './place-row.ts';
import type { PlaceRow } from './place-row.ts';

const ASKED = `JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) AS asked`;

/** Every place of these products that has stock, movements or a pool, with all three. */
const SELECT_LEVELS = `
  SELECT u.product_id, p.sku, u.location_id, l.code AS location, SUM(u.has_row) AS has_row,
         SUM(u.on_hand) AS on_hand, SUM(u.reserved) AS reserved, SUM(u.total) AS total,
         SUM(u.moved) AS moved, SUM(u.promised) AS promised
    FROM (SELECT s.product_id, s.location_id, 1 AS has_row, s.on_hand, s.reserved, 0 AS total, 0 AS moved,
                 0 AS promised
            FROM ${ASKED} STRAIGHT_JOIN stock s ON s.product_id = asked.id
          UNION ALL
          SELECT m.product_id, m.location_id, 0, 0, 0, m.quantity, 1, 0
            FROM ${ASKED} STRAIGHT_JOIN movements m FORCE INDEX (movements_product)
              ON m.product_id = asked.id
          UNION ALL
          SELECT b.product_id, b.location_id, 0, 0, 0, 0, 0, b.delegated - b.settled_cum + b.quarantine
            FROM ${ASKED} STRAIGHT_JOIN pools b ON b.product_id = asked.id) AS u
    JOIN products p ON p.id = u.product_id
    JOIN locations l ON l.id = u.location_id
   GROUP BY u.product_id, p.sku, u.location_id, l.code
   ORDER BY p.sku, l.code`;

const SELECT_PLACE = `
  SELECT p.id AS product_id, p.sku, l.id AS location_id, l.code AS location
    FROM products p JOIN locations l WHERE p.id = ? AND l.id = ?`;

export async function readLevels(
  session: Session,
  productIds: readonly number[],
): Promise<readonly LevelBooks[]> {
  const list = JSON.stringify(productIds);
  const rows = await session.rows<
    PlaceRow & {
      has_row: number | string;
      on_hand: number | string;
      reserved: number | string;
      total: number | string;
      moved: number | string;
      promised: number | string;
    }
  >(SELECT_LEVELS, [list, list, list]);
  return rows.map((row) => ({
    ...placeFrom(row),
    onHand: integer(row.has_row) === 0 ? null : integer(row.on_hand),
    reserved: integer(row.reserved),
    ledgerSum: integer(row.total),
    movements: integer(row.moved),
    promised: integer(row.promised),
  }));
}

export async function readPlace(
  session: Session,
  productId: number,
  locationId: number,
): Promise<StockPlace | undefined> {
  const [row] = await session.rows<PlaceRow>(SELECT_PLACE, [productId, locationId]);
  return row === undefined ? undefined : placeFrom(row);
}
