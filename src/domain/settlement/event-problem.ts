import type { PoolEvent } from '../pool.ts';

const KINDS: ReadonlySet<string> = new Set(['sale', 'return', 'held', 'cancelled', 'expired']);

const REQUEST_ID = /^[\x21-\x7e]{1,100}$/;
/** No sale of anybody is larger; counters stay exact whatever is damaged. */
const QUANTITY_MAX = 1_000_000_000_000;
const FINGERPRINT = /^[0-9a-f]{64}$/;

/**
 * What is wrong with an event that could be read and still cannot be booked, in words; null = nothing.
 * Whatever is damaged must be found here: an error of the database would come again with every try.
 */
export function eventProblem(event: PoolEvent): string | null {
  if (!KINDS.has(event.kind)) return 'no kind of event';
  if (!isCount(event.bucketId) || !isCount(event.epoch)) return 'no such pool or epoch';
  if (!isCount(event.quantity) || event.quantity > QUANTITY_MAX) {
    return `a quantity of ${String(event.quantity)}`;
  }
  if (!REQUEST_ID.test(event.requestId)) return 'no readable request id';
  if (event.kind !== 'return' && !FINGERPRINT.test(event.fingerprint)) return 'no fingerprint';
  if (event.kind !== 'return' && event.kind !== 'sale') return null;
  const { seq, cum, ret } = event;
  return isCount(seq) && isCount(cum) && Number.isSafeInteger(ret) && ret >= 0
    ? null
    : 'counters that are no counts';
}

/** A whole number from 1. */
function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}
