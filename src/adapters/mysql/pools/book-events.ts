import { applyBookings } from '../../../domain/settlement/apply-bookings.ts';
import type {
  Applied,
  SettledMovement,
  SettledReturn,
} from '../../../domain/settlement/apply-bookings.ts';
import type { HoldEvent } from '../../../domain/pool.ts';
import type { OverSale } from '../../../domain/settlement/plan-bookings.ts';
import type { Booking } from '../../../domain/settlement/position.ts';
import { assert } from '../../../lib/assert.ts';
import type { TextLiteral } from '../row-statements.ts';
import type { Session } from '../session.ts';
import { bookOverSales } from './book-over-sales.ts';
import { prepareOrders } from './order-rows.ts';
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
  readonly over?: readonly OverSale[];
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
  { shard, bookings, holds, over = [], parked, buckets, now }: EventsToBook,
): Promise<Applied | string> {
  const stands = await postBookings(session, bookings, now);
  const overSales = await bookOverSales(session, over, now);
  const touched = new Set(
    bookings.map((booking) =>
      booking.kind === 'event' ? booking.event.bucketId : booking.bucketId,
    ),
  );
  const locked = [...touched]
    .sort((a, b) => a - b)
    .map((id) => {
      const bucket = buckets.get(id);
      assert(bucket !== undefined, 'a bucket that is booked on is locked');
      return bucket;
    });
  const counters = locked.map((bucket) => bucket.counters);
  const stock = await lockStock(session, counters);
  const books = { buckets: new Map(counters.map((bucket) => [bucket.id, bucket])), stock };
  const applied = applyBookings(books, bookings, stands);
  if (typeof applied === 'string') return applied;
  applied.sales.push(...overSales.lost);
  applied.parked.push(...overSales.parked);
  applied.alarms.push(...overSales.parked.map(({ reason }) => reason));
  const { movements, sales } = applied;
  const writing = session
    .prepareRows({ sql: INSERT_MOVEMENTS, items: movements, literalOf: movementLiteral })
    .send();
  // Made while the server writes the movements.
  const keys = new Map([...buckets].map(([id, bucket]) => [id, bucket.counters]));
  const orders = prepareOrders(session, { sales, holds, keys, now });
  await writing;
  await orders.send();
  await writeReturns(session, applied, now);
  await parkRows(session, [...parked, ...applied.parked], { shard, now });
  if (counters.length > 0) {
    await writeStock(session, counters, stock);
    await writeBuckets(session, locked);
  }
  return applied;
}

function movementLiteral(movement: SettledMovement): string {
  const { bucket, postingId, quantity, onHandAfter, availableAfter, epoch, seq } = movement;
  return (
    `(${postingId},1,${bucket.productId},${bucket.locationId},${quantity},${onHandAfter},` +
    `${availableAfter},${bucket.id},${epoch},${seq})`
  );
}

/** An id that comes twice is damage, and its units have come back all the same: the bucket counts them. */
async function writeReturns(session: Session, { returns }: Applied, now: string): Promise<void> {
  if (returns.length === 0) return;
  const byId = new Map(returns.map((one) => [one.requestId, one]));
  const known = await session.rows<{ request_id: string }>(SELECT_KNOWN, [
    JSON.stringify([...byId.keys()]),
  ]);
  for (const { request_id: requestId } of known) byId.delete(requestId);
  const literalOf = (row: SettledReturn, text: TextLiteral): string =>
    `(${text(row.requestId)},'return',${row.bucketId},${row.epoch},${row.seq},${row.quantity},` +
    `'inv','-','settlement',${text(now)})`;
  await session.prepareRows({ sql: INSERT_RETURNS, items: [...byId.values()], literalOf }).send();
}
