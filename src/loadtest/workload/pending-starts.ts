import { FOLLOW_UP_KINDS } from './follow-ups.ts';
import type { FollowUpKind } from './follow-ups.ts';
import type { PlannedStart } from './planned-start.ts';
import { createSlotHeap } from './slot-heap.ts';

/** A follow-up that is planned. */
export interface PendingStart {
  readonly atMs: number;
  readonly kind: FollowUpKind;
  /** The try it follows: what both have in common. */
  readonly parent: TryContent;
  /** Retries of its chain, itself included. */
  readonly retries: number;
}

/** What a try hands down to what follows it. */
export type TryContent = Pick<
  PlannedStart,
  'action' | 'request' | 'chain' | 'buyer' | 'product' | 'quantity' | 'isWarmUp'
>;

/** Follow-ups that are not yet due: first by time, then in the order they came in. */
export interface PendingStarts {
  readonly size: () => number;
  /** When the next is due; Infinity when there is none. */
  readonly nextMs: () => number;
  readonly push: (start: PendingStart) => void;
  readonly pop: () => PendingStart | undefined;
}

const NUMBERS = 7;
const CAPACITY_MIN = 1_024;

/**
 * They are kept in typed arrays: tens of thousands of objects that live for half a second each
 * would be copied by every collection of garbage, in pauses that delay the starts.
 */
export function createPendingStarts(): PendingStarts {
  let times = new Float64Array(CAPACITY_MIN);
  let orders = new Float64Array(CAPACITY_MIN);
  let contents = new Uint32Array(CAPACITY_MIN * NUMBERS);
  let pushed = 0;

  const heap = createSlotHeap(CAPACITY_MIN, (slot, other) => {
    const time = times[slot] ?? 0;
    const otherTime = times[other] ?? 0;
    return time < otherTime || (time === otherTime && (orders[slot] ?? 0) < (orders[other] ?? 0));
  });

  function grow(): void {
    const capacity = heap.capacity() * 2;
    times = extended(times, new Float64Array(capacity));
    orders = extended(orders, new Float64Array(capacity));
    contents = extended(contents, new Uint32Array(capacity * NUMBERS));
    heap.grow(capacity);
  }

  function nextMs(): number {
    const slot = heap.first();
    return slot === undefined ? Infinity : (times[slot] ?? Infinity);
  }

  return {
    size: heap.size,
    nextMs,
    push: (start) => {
      if (heap.size() === heap.capacity()) grow();
      const slot = heap.free();
      times[slot] = start.atMs;
      orders[slot] = pushed;
      pushed += 1;
      writeContent(contents, slot * NUMBERS, start);
      heap.add();
    },
    pop: () => {
      const slot = heap.first();
      if (slot === undefined) return undefined;
      heap.remove();
      return readContent(contents, slot * NUMBERS, times[slot] ?? 0);
    },
  };
}

function extended<T extends Float64Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

function writeContent(contents: Uint32Array, at: number, start: PendingStart): void {
  const { kind, parent, retries } = start;
  contents[at] = FOLLOW_UP_KINDS.indexOf(kind);
  contents[at + 1] = parent.request;
  contents[at + 2] = parent.chain;
  contents[at + 3] = parent.buyer;
  contents[at + 4] = parent.product;
  contents[at + 5] = parent.quantity;
  contents[at + 6] = retries * 4 + (parent.action === 'hold' ? 2 : 0) + (parent.isWarmUp ? 1 : 0);
}

function readContent(contents: Uint32Array, at: number, atMs: number): PendingStart {
  const flags = contents[at + 6] ?? 0;
  return {
    atMs,
    kind: FOLLOW_UP_KINDS[contents[at] ?? 0] ?? 'double',
    parent: {
      action: (flags & 2) === 0 ? 'order' : 'hold',
      request: contents[at + 1] ?? 0,
      chain: contents[at + 2] ?? 0,
      buyer: contents[at + 3] ?? 0,
      product: contents[at + 4] ?? 0,
      quantity: contents[at + 5] ?? 0,
      isWarmUp: (flags & 1) === 1,
    },
    retries: flags >>> 2,
  };
}
