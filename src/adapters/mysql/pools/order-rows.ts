import type { HoldEvent, SaleEvent } from '../../../domain/pool.ts';
import { hexLiteral } from '../row-statements.ts';
import type { PreparedRows, TextLiteral } from '../row-statements.ts';
import type { Session } from '../session.ts';
import { buyerColumn, clipOrNull, datetimeColumn, originLiterals } from './column-text.ts';
import type { PoolKey } from './bucket-rows.ts';

const INSERT_ORDERS = `
  INSERT INTO orders (request_id, fingerprint, state, product_id, location_id, quantity, buyer, reference,
                      pool_id, pool_epoch, deadline, actor, host, source, created_at, updated_at) VALUES`;

/** A state only goes on: what comes late, or twice, changes nothing (ENUMs count in their order). */
const UNLESS_FURTHER = `
  ON DUPLICATE KEY UPDATE
    updated_at = IF(VALUES(state) + 0 > state + 0, VALUES(updated_at), updated_at),
    pool_id = IF(VALUES(state) + 0 > state + 0, VALUES(pool_id), pool_id),
    pool_epoch = IF(VALUES(state) + 0 > state + 0, VALUES(pool_epoch), pool_epoch),
    state = IF(VALUES(state) + 0 > state + 0, VALUES(state), state)`;

interface OrderRow {
  readonly event: SaleEvent | HoldEvent;
  readonly key: PoolKey;
}

/** What became of orders: sales and holds of kind `sale`; goods that leave by `stock out` are none. */
export function prepareOrders(
  session: Session,
  {
    sales,
    holds,
    keys,
    now,
  }: {
    readonly sales: readonly SaleEvent[];
    readonly holds: readonly HoldEvent[];
    /** Product and location of each bucket. */
    readonly keys: ReadonlyMap<number, PoolKey>;
    readonly now: string;
  },
): PreparedRows {
  const items: OrderRow[] = [];
  for (const events of [holds, sales]) {
    for (const event of events) {
      const key = keys.get(event.bucketId);
      if (key !== undefined && event.note.kind === 'sale') items.push({ event, key });
    }
  }
  const literalOf = (row: OrderRow, text: TextLiteral): string => orderLiteral(row, text, now);
  return session.prepareRows({ sql: INSERT_ORDERS, items, literalOf, clause: UNLESS_FURTHER });
}

function orderLiteral({ event, key }: OrderRow, text: TextLiteral, now: string): string {
  const { note, requestId, quantity, bucketId, epoch } = event;
  const state = event.kind === 'sale' ? 'settled' : event.kind;
  const deadline = event.kind === 'sale' ? null : datetimeColumn(event.deadlineMs);
  return (
    `(${text(requestId)},${hexLiteral(event.fingerprint)},'${state}',${key.productId},${key.locationId},` +
    `${quantity},${text(buyerColumn(note.buyer))},${text(clipOrNull(note.reference, 200))},` +
    `${bucketId},${epoch},${text(deadline)},${originLiterals(note, text)},` +
    `${text(datetimeColumn(event.atMs) ?? now)},${text(now)})`
  );
}
