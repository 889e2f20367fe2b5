import type { StreamEntry } from '../../domain/pool.ts';

/** Small enough that a trickle of orders is in the books within a few milliseconds. */
const EVENTS_FIRST = 128;

export function firstBatchSize(eventsMax: number): number {
  return Math.min(EVENTS_FIRST, eventsMax);
}

/** Doubles while more waits than was taken: what a transaction costs is shared by ever more events. */
export function nextBatchSize(
  events: number,
  { backlog, eventsMax }: { readonly backlog: number; readonly eventsMax: number },
): number {
  return backlog > 0 ? Math.min(events * 2, eventsMax) : firstBatchSize(eventsMax);
}

/** An entry that cannot be read is parked as one event. */
function eventsIn(entry: StreamEntry): number {
  return Math.max(1, entry.events?.length ?? 1);
}

/**
 * The oldest entries with at most so many events; always one at least, because an entry is settled
 * wholly or not at all.
 */
export function cutBatch(
  entries: readonly StreamEntry[],
  eventsMax: number,
): { readonly batch: readonly StreamEntry[]; readonly rest: readonly StreamEntry[] } {
  let events = 0;
  let length = 0;
  for (const entry of entries) {
    events += eventsIn(entry);
    if (events > eventsMax && length > 0) break;
    length += 1;
  }
  return { batch: entries.slice(0, length), rest: entries.slice(length) };
}
