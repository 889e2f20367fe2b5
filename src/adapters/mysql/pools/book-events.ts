import { applyBookings } from '../../../domain/settlement/apply-bookings.ts';
import type { Applied, SettledMovement } from '../../../domain/settlement/apply-bookings.ts';
import type { HoldEvent } from '../../../domain/pool.ts';
import type { Booking } from '../../../domain/settlement/position.ts';
import { assert } from '../../../lib/assert.ts';
import type { Scalar, Session } from '../session.ts';
import { writeOrders } from './order-rows.ts';
import { parkRows } from './parked-rows.ts';
import type { ParkedRow } from './parked-rows.ts';
import { postBookings } from './post-bookings.ts';
import { lockStock, writeBuckets, writeStock } from './settle-books.ts';
import type { LockedBucket } from './settle-books.ts';

const INSERT_MOVEMENTS = `
  INSERT INTO movements (posting_id, line, product_id, location_id, quantity, on_hand_after,
                         available_after, pool_id, pool_epoch, pool_seq) VALUES`;

const INSERT_RETURNS = `
  INSERT INTO pool_operations (request_id, kind, pool_id, epoch, seq, quantity, actor, host, source, done_at) VALUES`;

const SELECT_KNOWN = `
  SELECT o.request_id
    FROM JSON_TABLE(?, '$[*]' COLUMNS (request_id VARCHAR(100) CHARACTER SET ascii PATH '$')) AS asked
    STRAIGHT_JOIN pool_operations o ON o.request_id = CAST(asked.request_id AS BINARY)`;

export interface EventsToBook {
  readonly shard: number;
  readonly bookings: readonly Booking[];
  readonly holds: readonly HoldEvent[];
  readonly parked: readonly ParkedRow[];
  readonly buckets: ReadonlyMap<number, LockedBucket>;
  /** The database's now, as a DATETIME. */
  readonly now: string;
}

/**
 * Writes bookings into the ledger, the stock and the buckets, which are locked. Postings come first,
 * then the locks on stock.
 * @returns a string, and nothing may be committed, when the books do not hold what they say they hold
 */
export async function bookEvents(
  session: Session,
  { shard, bookings, holds, parked, buckets, now }: EventsToBook,
): Promise<Applied | string> {
  const stands = await postBookings(session, bookings, now);
  const touched = new Set(
    bookings.map((booking) =>
      booking.kind === 'event' ? booking.event.bucketId : booking.bucketId,
    ),
  );
  const counters = [...touched]
    .sort((a, b) => a - b)
    .map((id) => {
      const locked = buckets.get(id);
      assert(locked !== undefined, 'a bucket that is booked on is locked');
      return locked.counters;
    });
  const stock = await lockStock(session, counters);
  const books = { buckets: new Map(counters.map((bucket) => [bucket.id, bucket])), stock };
  const applied = applyBookings(books, bookings, stands);
  if (typeof applied === 'string') return applied;
  if (applied.movements.length > 0) {
    await session.insertRows(INSERT_MOVEMENTS, applied.movements.map(movementRow));
  }
  const keys = new Map([...buckets].map(([id, bucket]) => [id, bucket.counters]));
  await writeOrders(session, { sales: applied.sales, holds, keys, now });
  await writeReturns(session, applied, now);
  await parkRows(session, [...parked, ...applied.parked], { shard, now });
  if (counters.length > 0) {
    await writeStock(session, counters, stock);
    await writeBuckets(session, counters);
  }
  return applied;
}

function movementRow(movement: SettledMovement): readonly Scalar[] {
  const { bucket } = movement;
  return [
    movement.postingId,
    1,
    bucket.productId,
    bucket.locationId,
    movement.quantity,
    movement.onHandAfter,
    movement.availableAfter,
    bucket.id,
    movement.epoch,
    movement.seq,
  ];
}

/** An id that comes twice is damage, and its units have come back all the same: the bucket counts them. */
async function writeReturns(session: Session, { returns }: Applied, now: string): Promise<void> {
  if (returns.length === 0) return;
  const byId = new Map(returns.map((one) => [one.requestId, one]));
  const known = await session.rows<{ request_id: string }>(SELECT_KNOWN, [
    JSON.stringify([...byId.keys()]),
  ]);
  for (const { request_id: requestId } of known) byId.delete(requestId);
  if (byId.size === 0) return;
  await session.insertRows(
    INSERT_RETURNS,
    [...byId.values()].map(({ requestId, bucketId, epoch, seq, quantity }) => [
      requestId,
      'return',
      bucketId,
      epoch,
      seq,
      quantity,
      'inv',
      '-',
      'settlement',
      now,
    ]),
  );
}
