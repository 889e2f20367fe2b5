import type { LateOrder, WrongOrder } from '../../../ports/reconcile-books.ts';
import type { Session } from '../session.ts';
import { integer, isoFromDatetime } from '../values.ts';
import { placeFrom } from './place-row.ts';
import type { PlaceRow } from './place-row.ts';

const PLACE = 'o.product_id, p.sku, o.location_id, l.code AS location';

const PLACE_JOINS = `
    JOIN products p ON p.id = o.product_id
    JOIN locations l ON l.id = o.location_id`;

/**
 * A sale that overruled a recorded NO stands in a posting of its own, which reverses the NO; units that
 * were not in stock are parked under the posting of the sale.
 */
const SELECT_WRONG = `
  SELECT o.request_id, ${PLACE}, o.quantity,
         IF(booked.id IS NULL, NULL,
            COALESCE((SELECT -SUM(m.quantity) FROM movements m WHERE m.posting_id = booked.id), 0)) AS units
    FROM orders o
    LEFT JOIN postings asked ON asked.request_id = o.request_id
    LEFT JOIN postings overruled ON overruled.reverses_id = asked.id AND asked.kind = 'void'
    LEFT JOIN postings booked ON booked.id = IF(asked.kind = 'void', overruled.id, asked.id)
    ${PLACE_JOINS}
   WHERE o.id > ? AND o.id <= ? AND o.state = 'settled'
     AND NOT EXISTS (SELECT 1 FROM parked_events e WHERE e.posting_id = booked.id)
  HAVING units IS NULL OR units <> o.quantity`;

const SELECT_LATE = `
  SELECT o.request_id, ${PLACE}, o.deadline
    FROM orders o FORCE INDEX (orders_state)
    ${PLACE_JOINS}
   WHERE o.state = 'held' AND o.deadline < UTC_TIMESTAMP(6) - INTERVAL ? * 1000 MICROSECOND
   ORDER BY o.id LIMIT ?`;

type OrderRow = PlaceRow & { readonly request_id: string };

export async function readWrongOrders(
  session: Session,
  after: number,
  upTo: number,
): Promise<readonly WrongOrder[]> {
  const rows = await session.rows<OrderRow & { quantity: number; units: number | string | null }>(
    SELECT_WRONG,
    [after, upTo],
  );
  return rows.map((row) => ({
    ...orderFrom(row),
    quantity: integer(row.quantity),
    booked: row.units === null ? null : integer(row.units),
  }));
}

export async function readLastOrderId(session: Session): Promise<number> {
  const [row] = await session.rows<{ last: number | null }>('SELECT MAX(id) AS last FROM orders');
  return integer(row?.last ?? 0);
}

export async function readLateOrders(
  session: Session,
  { lateMs, limit }: { readonly lateMs: number; readonly limit: number },
): Promise<readonly LateOrder[]> {
  // A limit travels as text: the driver sends numbers as doubles, which MySQL refuses in a LIMIT.
  const rows = await session.rows<OrderRow & { deadline: string }>(SELECT_LATE, [
    lateMs,
    String(limit),
  ]);
  return rows.map((row) => ({ ...orderFrom(row), deadline: isoFromDatetime(row.deadline) }));
}

function orderFrom(row: OrderRow): Omit<LateOrder, 'deadline'> {
  return { requestId: row.request_id, ...placeFrom(row) };
}
