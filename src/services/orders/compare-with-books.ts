import type { RequestRecord } from '../../ports/request-record.ts';
import type { BookedOrder } from './known-order.ts';
import { KNOWN_WITH_OTHER_CONTENT } from './odd-trouble.ts';
import type { OrderWatch } from './watch-order.ts';

/**
 * Notes whether Redis and the books contradict each other.
 * @param record as Redis had it before the books were read; null: it had none, or was not asked
 */
export function compareWithBooks(
  watch: OrderWatch,
  record: RequestRecord,
  booked: BookedOrder,
): void {
  const bucketId = bucketOf(record) ?? booked.row?.poolId ?? null;
  if (bucketId !== null) watch.about = { bucketId };
  watch.oddity = oddityOf(record, booked) ?? watch.oddity;
}

function bucketOf(record: RequestRecord): number | null {
  if (record === null || record.status === 'unreadable') return null;
  return (record.status === 'no' ? record.ended?.bucketId : record.bucketId) ?? null;
}

function oddityOf(record: RequestRecord, booked: BookedOrder): string | null {
  if (record?.status === 'unreadable') return 'what Redis remembers of a request cannot be read';
  const known = [record, booked.ledger.status === 'none' ? null : booked.ledger, booked.row];
  const contents = known.flatMap((one) => (one === null ? [] : [one.fingerprint]));
  if (new Set(contents).size > 1) return KNOWN_WITH_OTHER_CONTENT;
  if (booked.ledger.status === 'booked') {
    const hasEnded = record?.status === 'no' && record.ended !== null;
    return hasEnded ? 'a hold that has ended is booked as sold' : null;
  }
  const isSettled = booked.row?.state === 'settled';
  return isSettled ? 'an order is settled, and nothing is booked for it' : null;
}
