import { assert } from '../../lib/assert.ts';
import { keyText } from '../decide.ts';
import type { SaleEvent } from '../pool.ts';
import type { Parked } from './plan-bookings.ts';
import type { Booking, NumberedEvent, RecoveredBooking } from './position.ts';
import { freeUnits, isBroken, takeSale } from './take-units.ts';
import type { BucketCounters, StockCounters, Taken } from './take-units.ts';

/** How a booking stands in the ledger. */
export type Stand =
  /** With a posting of its own. */
  | { readonly kind: 'posted'; readonly postingId: number }
  /** The request was booked before: by the fallback, or by an earlier event. */
  | { readonly kind: 'duplicate' }
  /** The request id was booked with other content. */
  | { readonly kind: 'conflict' }
  /** Nothing to post: units came back. */
  | { readonly kind: 'none' };

/** One line of the ledger, and its place in the numbering of a bucket. */
export interface SettledMovement {
  readonly postingId: number;
  readonly bucket: BucketCounters;
  readonly epoch: number;
  readonly seq: number;
  readonly quantity: number;
  readonly onHandAfter: number;
  readonly availableAfter: number;
}

export interface SettledReturn {
  readonly bucketId: number;
  readonly epoch: number;
  readonly seq: number;
  readonly quantity: number;
  readonly requestId: string;
}

/** A parked sale that the stock could not cover. */
export interface Oversold {
  readonly bucketId: number;
  readonly epoch: number;
  readonly postingId: number;
  readonly units: number;
}

/** What bookings make of the books. */
export interface Applied {
  readonly movements: SettledMovement[];
  /** Sales that stand for their request. */
  readonly sales: SaleEvent[];
  readonly returns: SettledReturn[];
  readonly parked: (Parked & { readonly oversold: Oversold | null })[];
  readonly alarms: string[];
  /** In events. */
  readonly sold: number;
  readonly returned: number;
  readonly duplicates: number;
}

interface Applying extends Applied {
  sold: number;
  returned: number;
  duplicates: number;
}

export interface Books {
  readonly buckets: ReadonlyMap<number, BucketCounters>;
  /** By `keyText`. */
  readonly stock: ReadonlyMap<string, StockCounters>;
}

/**
 * Applies bookings to the counters given (and changes them), in order.
 * @param stands how each booking stands in the ledger
 * @returns what is to be written; a string when the books do not hold the units they say they hold
 */
export function applyBookings(
  { buckets, stock }: Books,
  bookings: readonly Booking[],
  stands: readonly Stand[],
): Applied | string {
  const applied: Applying = {
    movements: [],
    sales: [],
    returns: [],
    parked: [],
    alarms: [],
    sold: 0,
    returned: 0,
    duplicates: 0,
  };
  for (const [at, booking] of bookings.entries()) {
    const bucketId = booking.kind === 'event' ? booking.event.bucketId : booking.bucketId;
    const bucket = buckets.get(bucketId);
    const row = bucket === undefined ? undefined : stock.get(keyText(bucket));
    const stand = stands[at];
    assert(bucket !== undefined && stand !== undefined, 'a booking has its bucket and its stand');
    if (row === undefined) return `pool bucket ${bucketId} has no stock row`;
    const place = { applied, bucket, stock: row, stand };
    if (booking.kind === 'recovered') applyRecovered(place, booking);
    else applyEvent(place, booking.event, booking.entryId);
    if (isBroken(row)) {
      return `the stock of pool bucket ${bucketId} does not hold the units that it has promised`;
    }
  }
  return applied;
}

interface Place {
  readonly applied: Applying;
  readonly bucket: BucketCounters;
  readonly stock: StockCounters;
  readonly stand: Stand;
}

function applyEvent(place: Place, event: NumberedEvent, eventId: string): void {
  const { applied, bucket, stock, stand } = place;
  const { quantity, epoch, seq, requestId } = event;
  bucket.settledSeq = seq;
  if (event.kind === 'return') {
    noteOverdraw(place, freeUnits(bucket, stock, { quantity, as: 'returned' }));
    applied.returns.push({ bucketId: bucket.id, epoch, seq, quantity, requestId });
    applied.returned += 1;
    return;
  }
  if (stand.kind === 'posted') {
    const taken = takeSale(bucket, stock, quantity);
    noteOverdraw(place, taken);
    noteMovement(place, { postingId: stand.postingId, epoch, seq, units: taken.units });
    if (taken.uncovered > 0) parkOversold(place, event, { eventId, units: taken.uncovered });
    applied.sales.push(event);
    applied.sold += 1;
    return;
  }
  noteOverdraw(place, freeUnits(bucket, stock, { quantity, as: 'duplicates' }));
  applied.duplicates += 1;
  if (stand.kind === 'duplicate') {
    applied.sales.push(event);
    return;
  }
  const reason = `request ${requestId} was booked before with other content; its units are free again`;
  applied.alarms.push(reason);
  applied.parked.push({
    eventId,
    kind: 'conflict',
    bucketId: bucket.id,
    reason,
    payload: JSON.stringify(event),
    oversold: null,
  });
}

function applyRecovered(place: Place, booking: RecoveredBooking): void {
  const { applied, bucket, stock, stand } = place;
  const { epoch, seq, sold, returned, fromSeq, toSeq } = booking;
  bucket.settledSeq = toSeq;
  if (sold > 0 && stand.kind === 'posted') {
    const taken = takeSale(bucket, stock, sold);
    noteOverdraw(place, taken);
    noteMovement(place, { postingId: stand.postingId, epoch, seq, units: taken.units });
    if (taken.uncovered > 0) {
      parkOversold(place, booking, { eventId: `lost ${fromSeq}-${toSeq}`, units: taken.uncovered });
    }
    applied.sold += 1;
  } else if (sold > 0) {
    noteOverdraw(place, freeUnits(bucket, stock, { quantity: sold, as: 'duplicates' }));
    applied.duplicates += 1;
  }
  if (returned === 0) return;
  noteOverdraw(place, freeUnits(bucket, stock, { quantity: returned, as: 'returned' }));
  const requestId = `returned:${bucket.id}:${epoch}:${fromSeq}-${toSeq}`;
  applied.returns.push({ bucketId: bucket.id, epoch, seq, quantity: returned, requestId });
  applied.returned += 1;
}

function noteMovement(
  { applied, bucket, stock }: Place,
  {
    postingId,
    epoch,
    seq,
    units,
  }: {
    readonly postingId: number;
    readonly epoch: number;
    readonly seq: number;
    readonly units: number;
  },
): void {
  if (units === 0) return;
  const { onHand, reserved } = stock;
  applied.movements.push({
    postingId,
    bucket,
    epoch,
    seq,
    quantity: -units,
    onHandAfter: onHand,
    availableAfter: onHand - reserved,
  });
}

function noteOverdraw({ applied, bucket }: Place, { overdrawn, uncovered }: Taken): void {
  if (overdrawn === 0) return;
  const rest = uncovered === 0 ? '' : `, ${uncovered} of them not in stock`;
  applied.alarms.push(
    `pool bucket ${bucket.id}: ${overdrawn} units more than it was handed${rest} (OVERDRAW)`,
  );
}

function parkOversold(
  { applied, bucket, stand }: Place,
  event: NumberedEvent | RecoveredBooking,
  { eventId, units }: { readonly eventId: string; readonly units: number },
): void {
  assert(stand.kind === 'posted', 'only a sale that stands can be oversold');
  const reason = `${units} units were sold that are not in stock`;
  const { epoch } = event;
  const oversold = { bucketId: bucket.id, epoch, postingId: stand.postingId, units };
  applied.parked.push({
    eventId,
    kind: 'oversold',
    bucketId: bucket.id,
    reason,
    payload: JSON.stringify(event),
    oversold,
  });
}
