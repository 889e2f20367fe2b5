/** Small enough that a trickle of orders is in the books within a few milliseconds. */
const EVENTS_FIRST = 128;

/** Events of the first transaction, and of the first after the backlog is gone. */
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
