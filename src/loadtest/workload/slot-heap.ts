/**
 * A binary heap of slots of somebody else's columns. Every slot below the capacity is always in the
 * array: those in the heap first, the free ones behind them.
 */
export interface SlotHeap {
  readonly size: () => number;
  readonly capacity: () => number;
  /** The slot that comes first; undefined when the heap is empty. */
  readonly first: () => number | undefined;
  /** The free slot that the next `add` will put into the heap. */
  readonly free: () => number;
  /** Puts the free slot in its place, by what its columns say now. */
  readonly add: () => void;
  /** Takes the first slot out; it is free from now on. */
  readonly remove: () => void;
  readonly grow: (capacity: number) => void;
}

export function createSlotHeap(
  startCapacity: number,
  isBefore: (slot: number, other: number) => boolean,
): SlotHeap {
  let slots = slotsTo(startCapacity);
  let size = 0;

  const slotAt = (index: number): number => slots[index] ?? 0;

  function rise(slot: number): void {
    let at = size;
    while (at > 0) {
      const parentAt = (at - 1) >> 1;
      if (!isBefore(slot, slotAt(parentAt))) break;
      slots[at] = slotAt(parentAt);
      at = parentAt;
    }
    slots[at] = slot;
  }

  function sink(slot: number): void {
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && isBefore(slotAt(child + 1), slotAt(child))) child += 1;
      if (!isBefore(slotAt(child), slot)) break;
      slots[at] = slotAt(child);
      at = child;
    }
    slots[at] = slot;
  }

  return {
    size: () => size,
    capacity: () => slots.length,
    first: () => (size === 0 ? undefined : slotAt(0)),
    free: () => slotAt(size),
    add: () => {
      rise(slotAt(size));
      size += 1;
    },
    remove: () => {
      const freed = slotAt(0);
      size -= 1;
      const last = slotAt(size);
      slots[size] = freed;
      if (size > 0) sink(last);
    },
    grow: (capacity) => {
      const larger = slotsTo(capacity);
      larger.set(slots);
      slots = larger;
    },
  };
}

function slotsTo(capacity: number): Uint32Array {
  return Uint32Array.from({ length: capacity }, (_, index) => index);
}
