import type { LocatedBucket, PoolGate } from '../../ports/pool-gate.ts';
import { askBucket } from './ask-bucket.ts';
import type { Inquiry } from './inquiry.ts';
import type { Located } from './pool-directory.ts';
import { isTrouble } from './units-answer.ts';
import type { RefusedUnits, Trouble, UnitsAnswer } from './units-answer.ts';

/** Redis has no such pool in its directory; whether there is one, the books know. */
export interface Unlocated {
  readonly status: 'unlocated';
}

/**
 * Asks the buckets of a pool, one after the other, until one sells the order whole. Only all of them
 * together refuse it. One whose answer was lost is asked before any other: the id must not sell twice.
 */
export async function askBuckets(
  inquiry: Inquiry,
  gate: PoolGate,
  located: Located,
): Promise<UnitsAnswer | Unlocated | Trouble> {
  const buckets = inOrderOf(inquiry.request.requestId, located.buckets);
  const order = doubtfulFirst(inquiry, buckets);
  if (order === null) return { trouble: 'moved' };
  if (buckets.length === 0) return { status: 'unlocated' };
  let trouble: Trouble | null = null;
  for (const [at, bucket] of order.entries()) {
    if (inquiry.refusals.has(bucket.bucketId)) continue;
    const later = order.slice(at + 1);
    const answer = await askBucket(inquiry, gate, { bucket, later, located });
    if (isTrouble(answer)) trouble ??= answer;
    else if (answer.status !== 'no') return answer;
    if (inquiry.bucketInDoubt !== null || inquiry.mustLookUp) break;
  }
  if (trouble !== null) return trouble;
  // Where a recovery came in between, the refusals before it do not count.
  if (buckets.some(({ bucketId }) => !inquiry.refusals.has(bucketId))) return { trouble: 'moved' };
  const refusal = refusalOfAll(inquiry, buckets);
  return refusal.reason === 'closed' && isRemembered(inquiry, located)
    ? rereadFirst(inquiry)
    : refusal;
}

/** The order that the id determines: all who try it go the same way, and orders spread evenly. */
function inOrderOf(requestId: string, buckets: readonly LocatedBucket[]): readonly LocatedBucket[] {
  if (buckets.length < 2) return buckets;
  let sum = 0;
  for (let at = 0; at < requestId.length; at += 1) {
    sum = (sum * 31 + requestId.charCodeAt(at)) % 1_000_003;
  }
  const first = sum % buckets.length;
  const numbered = buckets.toSorted((a, b) => a.bucket - b.bucket);
  return [...numbered.slice(first), ...numbered.slice(0, first)];
}

/** @returns null when the bucket in doubt is gone: what it sold is in the ledger, so that is asked next */
function doubtfulFirst(
  inquiry: Inquiry,
  buckets: readonly LocatedBucket[],
): readonly LocatedBucket[] | null {
  const doubtful = inquiry.bucketInDoubt;
  if (doubtful === null) return buckets;
  const first = buckets.find(({ bucketId }) => bucketId === doubtful);
  if (first === undefined) {
    inquiry.bucketInDoubt = null;
    inquiry.mustLookUp = true;
    return null;
  }
  return [first, ...buckets.filter((bucket) => bucket !== first)];
}

/** What says most to the buyer, if they differ. */
const TELLING: readonly RefusedUnits['reason'][] = [
  'sold_out',
  'limit',
  'too_large',
  'no_buyer',
  'window',
  'no_hold',
  'closed',
];

function refusalOfAll(inquiry: Inquiry, buckets: readonly LocatedBucket[]): RefusedUnits {
  const refusals = buckets.flatMap(({ bucketId }) => inquiry.refusals.get(bucketId) ?? []);
  const reason =
    TELLING.find((candidate) => refusals.some((refusal) => refusal.reason === candidate)) ?? 'void';
  const known = refusals.flatMap(({ available }) => available ?? []);
  return {
    status: 'no',
    reason,
    available: known.length === 0 ? null : Math.max(...known),
    by: 'pool',
  };
}

function isRemembered({ series }: Inquiry, { time }: Located): boolean {
  return time.readAtMs < series.startedAtMs;
}

/** Closed, says what was read some time ago: meanwhile another pool may have been opened. */
function rereadFirst(inquiry: Inquiry): Trouble {
  const { sku, location } = inquiry.request.place;
  inquiry.dependencies.directory.forget(sku, location);
  inquiry.refusals.clear();
  return { trouble: 'moved' };
}
