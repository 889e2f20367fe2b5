import type { HoldEvent, PoolEvent, SaleEvent, StreamEntry } from '../pool.ts';
import { eventProblem } from './event-problem.ts';
import { closeGap, step, walkFrom } from './position.ts';
import type { Booking, NumberedEvent, Position, Walk } from './position.ts';

/** What cannot be booked as it is, and waits for a person. */
export interface Parked {
  readonly eventId: string;
  readonly kind: 'unreadable' | 'unknown_pool' | 'conflict' | 'oversold';
  /** null: it names none that the books know. */
  readonly bucketId: number | null;
  readonly reason: string;
  readonly payload: string;
}

export interface Gap {
  readonly bucketId: number;
  readonly epoch: number;
  readonly fromSeq: number;
  readonly toSeq: number;
}

export type Plan =
  | {
      readonly status: 'planned';
      readonly bookings: readonly Booking[];
      readonly holds: readonly HoldEvent[];
      /** Sales of epochs that a recovery has ended, back with old data: booked before, or lost. */
      readonly over: readonly OverSale[];
      readonly parked: readonly Parked[];
      readonly alarms: readonly string[];
    }
  /** Redis went back to before what is settled. */
  | { readonly status: 'regress'; readonly bucketId: number }
  | { readonly status: 'gap'; readonly ranges: readonly Gap[] }
  /** Cannot be: an event of an epoch that the books have not come to yet. */
  | { readonly status: 'foreign_epoch'; readonly reason: string };

export interface OverSale {
  readonly event: SaleEvent;
  readonly entryId: string;
}

interface Planning {
  readonly walks: Map<number, Walk>;
  readonly positions: ReadonlyMap<number, Position>;
  readonly found: readonly NumberedEvent[] | null;
  readonly bookings: Booking[];
  readonly holds: HoldEvent[];
  readonly over: OverSale[];
  readonly parked: Parked[];
  readonly alarms: string[];
  readonly gaps: Gap[];
}

type Refusal = Extract<Plan, { readonly status: 'regress' | 'foreign_epoch' }>;

/**
 * Checks the events of the stream against the positions of their buckets and says what to book, in
 * order (SETTLE of docs/pools.md, section 7). Events outside of the numbering are passed on.
 * @param found events of gaps found by their records; null: a gap ends in `gap`, for somebody to look
 */
export function planBookings(
  positions: ReadonlyMap<number, Position>,
  entries: readonly StreamEntry[],
  found: readonly NumberedEvent[] | null,
): Plan {
  const planning: Planning = {
    walks: new Map(),
    positions,
    found,
    bookings: [],
    holds: [],
    over: [],
    parked: [],
    alarms: [],
    gaps: [],
  };
  for (const entry of entries) {
    const entryId = `${entry.id.ms}-${entry.id.seq}`;
    if (entry.events === null) {
      const reason = 'not readable as events of a pool';
      planning.parked.push({
        ...{ eventId: entryId, kind: 'unreadable', reason, payload: entry.raw },
        bucketId: null,
      });
      continue;
    }
    for (const event of entry.events) {
      const refusal = planEvent(planning, event, entryId);
      if (refusal !== null) return refusal;
    }
  }
  if (planning.gaps.length > 0) return { status: 'gap', ranges: planning.gaps };
  const { bookings, holds, over, parked, alarms } = planning;
  for (const walk of planning.walks.values()) {
    if (!walk.disagrees) continue;
    alarms.push(`pool bucket ${walk.id}: Redis counts other units than the books (CUM)`);
  }
  return { status: 'planned', bookings, holds, over, parked, alarms };
}

function planEvent(planning: Planning, event: PoolEvent, entryId: string): Refusal | null {
  const problem = eventProblem(event);
  if (problem !== null) return park(planning, event, { entryId, kind: 'unreadable', problem });
  const walk = walkOf(planning, event.bucketId);
  if (walk === undefined) {
    const unknown = `there is no pool bucket ${event.bucketId}`;
    return park(planning, event, { entryId, kind: 'unknown_pool', problem: unknown });
  }
  if (event.epoch < walk.epoch) return passOver(planning, event, entryId);
  if (event.kind !== 'sale' && event.kind !== 'return') {
    planning.holds.push(event);
    return null;
  }
  if (event.epoch > walk.epoch) {
    const reason =
      `event ${entryId} of pool bucket ${walk.id} is of epoch ${event.epoch}, ` +
      `and the books are at epoch ${walk.epoch}`;
    return { status: 'foreign_epoch', reason };
  }
  if (event.seq <= walk.seq) return { status: 'regress', bucketId: walk.id };
  if (event.seq > walk.seq + 1) passGap(planning, walk, event);
  step(walk, event);
  planning.bookings.push({ kind: 'event', event, entryId });
  return null;
}

/** A recovery has given the units of that epoch out anew: its holds are gone, and it has no numbers. */
function passOver({ holds, over }: Planning, event: PoolEvent, entryId: string): null {
  if (event.kind === 'sale') over.push({ event, entryId });
  else if (event.kind === 'held') holds.push({ ...event, kind: 'cancelled' });
  else if (event.kind !== 'return') holds.push(event);
  return null;
}

/** Notes the gap before an event, or fills it when somebody has looked for what was in it. */
function passGap(planning: Planning, walk: Walk, event: NumberedEvent): void {
  const before = {
    toSeq: event.seq - 1,
    cum: event.cum - event.quantity,
    ret: event.kind === 'return' ? event.ret - event.quantity : event.ret,
  };
  if (planning.found === null) {
    const { id: bucketId, epoch } = walk;
    planning.gaps.push({ bucketId, epoch, fromSeq: walk.seq + 1, toSeq: before.toSeq });
  }
  const { bookings, alarms } = closeGap(walk, before, planning.found ?? []);
  planning.bookings.push(...bookings);
  planning.alarms.push(...alarms);
}

function walkOf({ walks, positions }: Planning, bucketId: number): Walk | undefined {
  const walking = walks.get(bucketId);
  if (walking !== undefined) return walking;
  const position = positions.get(bucketId);
  if (position === undefined) return undefined;
  const walk = walkFrom(position);
  walks.set(bucketId, walk);
  return walk;
}

function park(
  { parked, positions }: Planning,
  event: PoolEvent,
  why: { readonly entryId: string; readonly kind: Parked['kind']; readonly problem: string },
): null {
  const { entryId: eventId, kind, problem: reason } = why;
  const bucketId = positions.has(event.bucketId) ? event.bucketId : null;
  parked.push({ eventId, kind, bucketId, reason, payload: JSON.stringify(event) });
  return null;
}
