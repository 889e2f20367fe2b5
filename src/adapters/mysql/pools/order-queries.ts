import type { BookedOrderRow, OrderFilter, OrderRow } from '../../../ports/pool-books.ts';
import type { Session } from '../session.ts';
import { integer, isoFromDatetime } from '../values.ts';
import { selectUndoneBy } from './undone-by.ts';

/** What stands in a row for an order; `o` is its row, `p` its product, `l` its location, `f` its pool. */
export const ORDER_COLUMNS = `
         o.request_id, o.state, p.sku, l.code AS location, o.quantity, o.buyer, f.id AS pool_id,
         LOWER(HEX(o.fingerprint)) AS fingerprint, o.reference, o.deadline, o.created_at, o.updated_at`;

export const JOIN_POOL = `
    LEFT JOIN pools f ON o.pool_id IS NOT NULL AND f.product_id = o.product_id
                     AND f.location_id = o.location_id AND f.bucket = 0`;

/** `reversed_id`: the posting of a sale, if somebody has undone it; as in LOOKUP, a sale may follow a void. */
const SELECT = `
  SELECT ${ORDER_COLUMNS}, r.reverses_id AS reversed_id
    FROM orders o
    STRAIGHT_JOIN products p ON p.id = o.product_id
    STRAIGHT_JOIN locations l ON l.id = o.location_id
    ${JOIN_POOL}
    LEFT JOIN postings k FORCE INDEX (postings_request)
           ON o.state = 'settled' AND k.request_id = o.request_id
    LEFT JOIN postings s FORCE INDEX (postings_reverses) ON k.kind = 'void' AND s.reverses_id = k.id
    LEFT JOIN postings r FORCE INDEX (postings_reverses) ON r.reverses_id = COALESCE(s.id, k.id)`;

const BUYERS = `
  SELECT o.buyer, SUM(o.quantity) AS units
    FROM pools b
    STRAIGHT_JOIN orders o ON o.pool_id = b.id AND o.pool_epoch >= b.sale_epoch
   WHERE b.id = ? AND o.state = 'settled' AND o.buyer IS NOT NULL
   GROUP BY o.buyer`;

export interface OrderColumns {
  readonly request_id: string;
  readonly state: OrderRow['state'];
  readonly sku: string;
  readonly location: string;
  readonly quantity: number;
  readonly buyer: string | null;
  readonly pool_id: number | null;
  readonly fingerprint: string;
  readonly reference: string | null;
  readonly deadline: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

type ListedColumns = OrderColumns & { readonly reversed_id: number | null };

/** The newest first. Only what is asked for stands in the statement, so that each has its index. */
export async function selectOrders(
  session: Session,
  { sku, buyer, state, limit }: OrderFilter,
): Promise<readonly BookedOrderRow[]> {
  const asked: readonly (readonly [condition: string, value: string | null])[] = [
    ['o.product_id = (SELECT id FROM products WHERE sku = CAST(? AS BINARY))', sku],
    ['o.buyer = CAST(? AS BINARY)', buyer],
    ['o.state = ?', state],
  ];
  const given = asked.filter(([, value]) => value !== null);
  const where = given.map(([condition]) => condition).join(' AND ');
  const sql = `${SELECT} ${where === '' ? '' : `WHERE ${where}`} ORDER BY o.id DESC LIMIT ?`;
  // A limit travels as text: the driver sends numbers as doubles, which MySQL refuses in a LIMIT.
  const rows = await session.rows<ListedColumns>(sql, [
    ...given.map(([, value]) => value),
    String(limit),
  ]);
  const reversed = rows.flatMap(({ reversed_id: id }) => (id === null ? [] : [integer(id)]));
  const undone = await selectUndoneBy(session, reversed);
  return rows.map((row) => {
    const { reversed_id: id } = row;
    return { ...orderFrom(row), undone: (id === null ? null : undone.get(integer(id))) ?? null };
  });
}

/** Units sold in the present sale of a bucket, by buyer. */
export async function selectBuyers(
  session: Session,
  bucketId: number,
): Promise<readonly (readonly [string, number])[]> {
  const rows = await session.rows<{ buyer: string; units: number | string }>(BUYERS, [bucketId]);
  return rows.map(({ buyer, units }) => [buyer, integer(units)] as const);
}

export function orderFrom(row: OrderColumns): OrderRow {
  return {
    requestId: row.request_id,
    state: row.state,
    sku: row.sku,
    location: row.location,
    quantity: integer(row.quantity),
    buyer: row.buyer,
    poolId: row.pool_id === null ? null : integer(row.pool_id),
    fingerprint: row.fingerprint,
    reference: row.reference,
    deadline: row.deadline === null ? null : isoFromDatetime(row.deadline),
    createdAt: isoFromDatetime(row.created_at),
    updatedAt: isoFromDatetime(row.updated_at),
  };
}
