import type { ProductRange, Suspect } from '../../../ports/reconcile-books.ts';
import type { Session } from '../session.ts';
import { integer } from '../values.ts';

/**
 * The server compares, and only differences travel: all sides in one list, summed by place, so a row that
 * is missing on any side is a difference too.
 * @param ledger where the quantities that make up on hand come from
 */
const selectSuspects = (ledger: string): string => `
  SELECT u.product_id, u.location_id, SUM(u.on_hand) AS on_hand, SUM(u.total) AS total,
         SUM(u.reserved) <> SUM(u.promised) OR SUM(u.reserved) < 0 OR SUM(u.reserved) > SUM(u.on_hand)
           AS is_reserved_off
    FROM (SELECT product_id, location_id, on_hand, reserved, 0 AS total, 0 AS promised
            FROM stock WHERE product_id BETWEEN ? AND ?
          UNION ALL
          SELECT product_id, location_id, 0, 0, quantity, 0
            FROM ${ledger} WHERE product_id BETWEEN ? AND ?
          UNION ALL
          SELECT product_id, location_id, 0, 0, 0, delegated - settled_cum + quarantine
            FROM pools WHERE product_id BETWEEN ? AND ?) AS u
   GROUP BY u.product_id, u.location_id
  HAVING SUM(u.on_hand) <> SUM(u.total) OR SUM(u.total) < 0 OR SUM(u.reserved) <> SUM(u.promised)
      OR SUM(u.reserved) < 0 OR SUM(u.reserved) > SUM(u.on_hand)`;

const BY_SEALS = selectSuspects('ledger_seals');
const BY_MOVEMENTS = selectSuspects('movements FORCE INDEX (movements_product)');

interface SuspectRow {
  product_id: number;
  location_id: number;
  on_hand: number | string;
  total: number | string;
  is_reserved_off: number | string | null;
}

export function readSuspectsBySeals(
  session: Session,
  range: ProductRange,
): Promise<readonly Suspect[]> {
  return readSuspects(session, BY_SEALS, range);
}

export function readSuspectsByMovements(
  session: Session,
  range: ProductRange,
): Promise<readonly Suspect[]> {
  return readSuspects(session, BY_MOVEMENTS, range);
}

async function readSuspects(
  session: Session,
  sql: string,
  { from, to }: ProductRange,
): Promise<readonly Suspect[]> {
  const rows = await session.rows<SuspectRow>(sql, [from, to, from, to, from, to]);
  return rows.map((row) => ({
    productId: integer(row.product_id),
    locationId: integer(row.location_id),
    onHand: integer(row.on_hand),
    sum: integer(row.total),
    isReservedOff: Number(row.is_reserved_off ?? 0) !== 0,
  }));
}
