import type { HoldEvent, SaleEvent } from '../../../domain/pool.ts';
import { hexLiteral } from '../session.ts';
import type { Scalar, Session } from '../session.ts';
import { buyerColumn, clipOrNull, datetimeColumn, originColumns } from './column-text.ts';
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

/** Writes what became of orders: sales and holds of kind `sale`; goods that leave by `stock out` are none. */
export async function writeOrders(
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
): Promise<void> {
  const rows = [...holds, ...sales].flatMap((event) => {
    const key = keys.get(event.bucketId);
    return key === undefined || event.note.kind !== 'sale' ? [] : [rowOf(event, key, now)];
  });
  if (rows.length > 0) await session.upsertRows(INSERT_ORDERS, rows, UNLESS_FURTHER);
}

function rowOf(event: SaleEvent | HoldEvent, key: PoolKey, now: string): readonly Scalar[] {
  const { note } = event;
  return [
    event.requestId,
    hexLiteral(event.fingerprint),
    event.kind === 'sale' ? 'settled' : event.kind,
    key.productId,
    key.locationId,
    event.quantity,
    buyerColumn(note.buyer),
    clipOrNull(note.reference, 200),
    event.bucketId,
    event.epoch,
    event.kind === 'sale' ? null : datetimeColumn(event.deadlineMs),
    ...originColumns(note),
    datetimeColumn(event.atMs) ?? now,
    now,
  ];
}
