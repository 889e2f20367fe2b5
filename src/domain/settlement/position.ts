import type { ReturnEvent, SaleEvent } from '../pool.ts';

export type NumberedEvent = SaleEvent | ReturnEvent;

/** How far a bucket is settled. */
export interface Position {
  readonly id: number;
  readonly epoch: number;
  readonly settledSeq: number;
  readonly settledCum: number;
  readonly settledRet: number;
}

/** What is to be booked, in this order: each has its place in the numbering of its bucket. */
export type Booking =
  | {
      readonly kind: 'event';
      readonly event: NumberedEvent;
      /** Of the stream entry; `record` when the event was found by its request record. */
      readonly entryId: string;
    }
  | RecoveredBooking;

/** Units that are gone by the counters, though neither an event nor a record says to whom. */
export interface RecoveredBooking {
  readonly kind: 'recovered';
  readonly bucketId: number;
  readonly epoch: number;
  readonly fromSeq: number;
  readonly toSeq: number;
  /** The last number of the range that nothing was found of: where the units are booked. */
  readonly seq: number;
  readonly sold: number;
  readonly returned: number;
}

/** Walks along the numbering of one bucket and says what is to be booked. */
export interface Walk {
  readonly id: number;
  readonly epoch: number;
  seq: number;
  cum: number;
  ret: number;
  /** Redis and the books disagree on the count of units (CUM). */
  disagrees: boolean;
}

export function walkFrom(position: Position): Walk {
  return {
    id: position.id,
    epoch: position.epoch,
    seq: position.settledSeq,
    cum: position.settledCum,
    ret: position.settledRet,
    disagrees: false,
  };
}

/** Takes the next event. Counts go on from the books, whatever Redis counted. */
export function step(walk: Walk, event: NumberedEvent): void {
  if (event.cum - event.quantity !== walk.cum) walk.disagrees = true;
  walk.seq = event.seq;
  walk.cum += event.quantity;
  if (event.kind === 'return') walk.ret += event.quantity;
}

/**
 * Closes the gap up to `toSeq`: what was found of it is booked under its own request, the rest of what
 * the counters of Redis (right after `toSeq`) say is gone as recovered units.
 */
export function closeGap(
  walk: Walk,
  after: { readonly toSeq: number; readonly cum: number; readonly ret: number },
  found: readonly NumberedEvent[],
): { readonly bookings: readonly Booking[]; readonly alarms: readonly string[] } {
  const fromSeq = walk.seq + 1;
  const { toSeq } = after;
  const bySeq = new Map<number, NumberedEvent>();
  for (const event of found) {
    const belongs = event.bucketId === walk.id && event.epoch === walk.epoch;
    if (belongs && event.seq >= fromSeq && event.seq <= toSeq) bySeq.set(event.seq, event);
  }
  const events = [...bySeq.values()].sort((a, b) => a.seq - b.seq);
  for (const event of events) {
    walk.cum += event.quantity;
    if (event.kind === 'return') walk.ret += event.quantity;
  }
  const bookings: Booking[] = events.map((event) => ({ kind: 'event', event, entryId: 'record' }));
  walk.seq = toSeq;
  const alarms = events.length === 0 ? [] : [foundAlarm(walk, { fromSeq, toSeq }, events.length)];
  const seq = lastMissing(fromSeq, toSeq, bySeq);
  if (seq === null) return { bookings, alarms };

  const units = Math.max(0, after.cum - walk.cum);
  const returned = Math.min(units, Math.max(0, after.ret - walk.ret));
  const sold = units - returned;
  walk.cum += units;
  walk.ret += returned;
  const range = { bucketId: walk.id, epoch: walk.epoch, fromSeq, toSeq };
  if (units > 0) bookings.push({ kind: 'recovered', ...range, seq, sold, returned });
  const missing = toSeq - fromSeq + 1 - events.length;
  return {
    bookings,
    alarms: [
      ...alarms,
      `pool bucket ${walk.id}: ${missing} events of ${fromSeq} to ${toSeq} (epoch ${walk.epoch}) are lost; ` +
        `booked from the counters: ${sold} units sold, ${returned} given back`,
    ],
  };
}

/** Nothing is lost, and yet somebody has deleted from a stream that only settlement may shorten. */
function foundAlarm(
  { id, epoch }: Walk,
  { fromSeq, toSeq }: { readonly fromSeq: number; readonly toSeq: number },
  count: number,
): string {
  return (
    `pool bucket ${id}: ${count} events of ${fromSeq} to ${toSeq} (epoch ${epoch}) are missing from the ` +
    `stream; the records of their requests tell what they were, and they are booked as such`
  );
}

function lastMissing(
  fromSeq: number,
  toSeq: number,
  found: ReadonlyMap<number, unknown>,
): number | null {
  for (let seq = toSeq; seq >= fromSeq; seq -= 1) if (!found.has(seq)) return seq;
  return null;
}
