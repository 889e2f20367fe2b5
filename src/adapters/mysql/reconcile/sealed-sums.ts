import type { StockPlace } from '../../../domain/reconcile/finding.ts';
import type { TailMovement } from '../../../domain/reconcile/ledger-tail.ts';
import type { ProductRange } from '../../../ports/reconcile-books.ts';
import type { Session } from '../session.ts';
import { integer } from '../values.ts';
import { placeFrom } from './place-row.ts';
import type { PlaceRow } from './place-row.ts';

const SELECT_TAIL = `
  SELECT id, product_id, location_id, quantity, on_hand_after
    FROM movements WHERE id > ? ORDER BY id LIMIT ?`;

const SELECT_SEALED = `
  SELECT z.product_id, z.location_id, z.quantity
    FROM JSON_TABLE(?, '$[*]' COLUMNS (p BIGINT PATH '$[0]', l BIGINT PATH '$[1]')) AS asked
    STRAIGHT_JOIN ledger_seals z ON z.product_id = asked.p AND z.location_id = asked.l`;

const SELECT_WRONG = `
  SELECT u.product_id, p.sku, u.location_id, l.code AS location, u.sealed, u.total
    FROM (SELECT v.product_id, v.location_id, SUM(v.sealed) AS sealed, SUM(v.total) AS total
            FROM (SELECT product_id, location_id, quantity AS sealed, 0 AS total
                    FROM ledger_seals WHERE product_id BETWEEN ? AND ?
                  UNION ALL
                  SELECT product_id, location_id, 0, quantity
                    FROM movements FORCE INDEX (movements_product)
                   WHERE product_id BETWEEN ? AND ? AND id <= ?) AS v
           GROUP BY v.product_id, v.location_id
          HAVING SUM(v.sealed) <> SUM(v.total)) AS u
    JOIN products p ON p.id = u.product_id
    JOIN locations l ON l.id = u.location_id`;

interface Place {
  readonly productId: number;
  readonly locationId: number;
}

export async function readMovementsAfter(
  session: Session,
  id: number,
  limit: number,
): Promise<readonly TailMovement[]> {
  // A limit travels as text: the driver sends numbers as doubles, which MySQL refuses in a LIMIT.
  const rows = await session.rows<{
    id: number;
    product_id: number;
    location_id: number;
    quantity: number;
    on_hand_after: number;
  }>(SELECT_TAIL, [id, String(limit)]);
  return rows.map((row) => ({
    id: integer(row.id),
    productId: integer(row.product_id),
    locationId: integer(row.location_id),
    quantity: integer(row.quantity),
    onHandAfter: integer(row.on_hand_after),
  }));
}

export async function readSealedSums(
  session: Session,
  places: readonly Place[],
): Promise<readonly (Place & { readonly quantity: number })[]> {
  const list = JSON.stringify(places.map(({ productId, locationId }) => [productId, locationId]));
  const rows = await session.rows<{ product_id: number; location_id: number; quantity: number }>(
    SELECT_SEALED,
    [list],
  );
  return rows.map((row) => ({
    productId: integer(row.product_id),
    locationId: integer(row.location_id),
    quantity: integer(row.quantity),
  }));
}

export async function readWrongSeals(
  session: Session,
  { from, to }: ProductRange,
  sealedTo: number,
): Promise<readonly (StockPlace & { readonly sealed: number; readonly sum: number })[]> {
  const rows = await session.rows<PlaceRow & { sealed: number | string; total: number | string }>(
    SELECT_WRONG,
    [from, to, from, to, sealedTo],
  );
  return rows.map((row) => ({
    ...placeFrom(row),
    sealed: integer(row.sealed),
    sum: integer(row.total),
  }));
}
