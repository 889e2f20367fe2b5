import type { LedgerAnswer, OrderRow } from '../../ports/pool-books.ts';
import type { FoundRequest, RecordedUnits } from '../../ports/request-record.ts';
import { InvError } from '../../lib/errors.ts';
import type { OrderDependencies } from './dependencies.ts';
import type { ServerTime } from './series.ts';
import { readingTrouble } from './trouble.ts';
import type { Trouble } from './units-answer.ts';
import type { OrderWatch } from './watch-order.ts';

/** What the books know of a request id. */
export interface BookedOrder {
  readonly ledger: LedgerAnswer;
  readonly row: OrderRow | null;
  /** The time of MySQL, in milliseconds since the epoch. */
  readonly nowMs: number;
}

export type FoundRecord = NonNullable<FoundRequest['found']>;

export interface RecordedOrder {
  readonly found: FoundRecord | null;
  /** The clock of Redis. */
  readonly time: ServerTime;
}

/** What Redis remembers of the id. To be read before the books: what Redis forgets is in them. */
export async function recordedOrder(
  { gate, clock }: OrderDependencies,
  requestId: string,
): Promise<RecordedOrder | Trouble> {
  try {
    const { found, serverTimeMs } = await (await gate()).findRequest(requestId);
    return { found, time: { nowMs: serverTimeMs, readAtMs: clock.monotonic() } };
  } catch (error) {
    return readingTrouble(error);
  }
}

export async function bookedOrder(
  { books }: OrderDependencies,
  requestId: string,
): Promise<BookedOrder | Trouble> {
  try {
    const { now, order, ...ledger } = await (await books()).lookup(requestId);
    return { ledger, row: order, nowMs: Date.parse(now) };
  } catch (error) {
    return readingTrouble(error);
  }
}

export type KnownUnits = RecordedUnits & { readonly place: NonNullable<RecordedUnits['place']> };

/**
 * Names what a bucket sells that Redis has no more.
 * @throws InvError INVARIANT_VIOLATED, when the books do not know the bucket
 */
export async function withPlace(
  { books }: OrderDependencies,
  watch: OrderWatch,
  units: RecordedUnits,
): Promise<KnownUnits | Trouble> {
  watch.about = { bucketId: units.bucketId };
  if (units.place !== null) return { ...units, place: units.place };
  try {
    const buckets = await (await books()).buckets({ includeClosed: true });
    const bucket = buckets.find(({ id }) => id === units.bucketId);
    if (bucket === undefined) throw ofUnknownPool(watch, units);
    return { ...units, place: bucket };
  } catch (error) {
    return readingTrouble(error);
  }
}

function ofUnknownPool(watch: OrderWatch, { bucketId }: RecordedUnits): InvError {
  const { requestId } = watch;
  watch.oddity = 'Redis sold for a pool that the books do not have';
  const message =
    `Redis has order ${requestId} of pool ${String(bucketId)}, which is not in the books: ` +
    'MySQL is older than Redis, or not the one that belongs to it';
  return new InvError('INVARIANT_VIOLATED', message, {
    hint: 'inv reconcile',
    facts: { request_id: requestId },
  });
}
