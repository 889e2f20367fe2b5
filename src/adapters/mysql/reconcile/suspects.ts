import type { ProductRange, Suspect } from '../../../ports/reconcile-books.ts';
import type { Session } from '../session.ts';
import { integer } from '../values.ts';

/** What the buckets of a place account for, of which a stock row's `reserved` is made. */
const PROMISED = 'SUM(b.delegated - b.settled_cum + b.quarantine)';

const PROMISED_THERE = `
  (SELECT COALESCE(${PROMISED}, 0) FROM pools b
    WHERE b.product_id = s.product_id AND b.location_id = s.location_id)`;

/**
 * The server compares, and only differences travel. Most rows reserve nothing, so the pools are looked
 * up for the others only; a pool whose row reserves nothing is found from the pool.
 */
const BY_SEALS = `
  SELECT s.product_id, s.location_id, s.on_hand, COALESCE(z.quantity, 0) AS total,
         s.reserved <> 0 AND (s.reserved < 0 OR s.reserved > s.on_hand OR s.reserved <> ${PROMISED_THERE})
           AS is_reserved_off
    FROM stock s
    LEFT JOIN ledger_seals z ON z.product_id = s.product_id AND z.location_id = s.location_id
   WHERE s.product_id BETWEEN ? AND ?
     AND (s.on_hand <> COALESCE(z.quantity, 0)
          OR (s.reserved <> 0
              AND (s.reserved < 0 OR s.reserved > s.on_hand OR s.reserved <> ${PROMISED_THERE})))`;

const SEALS_WITHOUT_STOCK = `
  SELECT z.product_id, z.location_id, 0 AS on_hand, z.quantity AS total, 0 AS is_reserved_off
    FROM ledger_seals z
    LEFT JOIN stock s ON s.product_id = z.product_id AND s.location_id = z.location_id
   WHERE z.product_id BETWEEN ? AND ? AND s.product_id IS NULL AND z.quantity <> 0`;

const POOLS_UNRESERVED = `
  SELECT b.product_id, b.location_id, COALESCE(MAX(s.on_hand), 0) AS on_hand, 0 AS total, 1 AS is_reserved_off
    FROM pools b
    LEFT JOIN stock s ON s.product_id = b.product_id AND s.location_id = b.location_id
   WHERE b.product_id BETWEEN ? AND ? AND COALESCE(s.reserved, 0) = 0
   GROUP BY b.product_id, b.location_id
  HAVING ${PROMISED} <> 0`;

/** Both sides in one list, summed by place: a row that is missing on either side is a difference too. */
const BY_MOVEMENTS = `
  SELECT u.product_id, u.location_id, SUM(u.on_hand) AS on_hand, SUM(u.total) AS total,
         SUM(u.reserved) <> SUM(u.promised) OR SUM(u.reserved) < 0 OR SUM(u.reserved) > SUM(u.on_hand)
           AS is_reserved_off
    FROM (SELECT product_id, location_id, on_hand, reserved, 0 AS total, 0 AS promised
            FROM stock WHERE product_id BETWEEN ? AND ?
          UNION ALL
          SELECT product_id, location_id, 0, 0, quantity, 0
            FROM movements FORCE INDEX (movements_product) WHERE product_id BETWEEN ? AND ?
          UNION ALL
          SELECT product_id, location_id, 0, 0, 0, delegated - settled_cum + quarantine
            FROM pools WHERE product_id BETWEEN ? AND ?) AS u
   GROUP BY u.product_id, u.location_id
  HAVING SUM(u.on_hand) <> SUM(u.total) OR SUM(u.total) < 0 OR SUM(u.reserved) <> SUM(u.promised)
      OR SUM(u.reserved) < 0 OR SUM(u.reserved) > SUM(u.on_hand)`;

interface SuspectRow {
  product_id: number;
  location_id: number;
  on_hand: number | string;
  total: number | string;
  is_reserved_off: number | string | null;
}

export async function readSuspectsBySeals(
  session: Session,
  { from, to }: ProductRange,
): Promise<readonly Suspect[]> {
  const rows: Suspect[] = [];
  for (const sql of [BY_SEALS, SEALS_WITHOUT_STOCK, POOLS_UNRESERVED]) {
    rows.push(...(await session.rows<SuspectRow>(sql, [from, to])).map(suspectFrom));
  }
  return rows;
}

export async function readSuspectsByMovements(
  session: Session,
  { from, to }: ProductRange,
): Promise<readonly Suspect[]> {
  const rows = await session.rows<SuspectRow>(BY_MOVEMENTS, [from, to, from, to, from, to]);
  return rows.map(suspectFrom);
}

function suspectFrom(row: SuspectRow): Suspect {
  return {
    productId: integer(row.product_id),
    locationId: integer(row.location_id),
    onHand: integer(row.on_hand),
    sum: integer(row.total),
    isReservedOff: Number(row.is_reserved_off ?? 0) !== 0,
  };
}
