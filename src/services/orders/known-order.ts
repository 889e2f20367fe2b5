import type { PoolBucket } from '../../domain/pool.ts';
import type { LedgerAnswer, OrderRow } from '../../ports/pool-books.ts';
import type { FoundRequest, RecordedUnits } from '../../ports/request-record.ts';
import type { OrderDependencies } from './dependencies.ts';
import type { ServerTime } from './series.ts';
import { readingTrouble } from './trouble.ts';
import type { Trouble } from './units-answer.ts';

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

/** Names what a bucket sells that Redis has no more. */
export async function withPlace(
  { books }: OrderDependencies,
  units: RecordedUnits,
): Promise<KnownUnits | Trouble> {
  if (units.place !== null) return { ...units, place: units.place };
  try {
    const buckets = await (await books()).buckets({ includeClosed: true });
    const bucket = buckets.find(({ id }) => id === units.bucketId);
    return { ...units, place: bucket ?? placeOfNone(units) };
  } catch (error) {
    return readingTrouble(error);
  }
}

function placeOfNone({ bucketId }: RecordedUnits): Pick<PoolBucket, 'sku' | 'location' | 'poolId'> {
  throw new Error(
    `invariant broken: bucket ${String(bucketId)} sold, and the books do not have it`,
  );
}
