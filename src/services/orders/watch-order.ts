import type { Suspicion } from '../../ports/check-requests.ts';
import type { RequestRecord } from '../../ports/request-record.ts';
import type { OrderDependencies } from './dependencies.ts';
import type { BookedOrder } from './known-order.ts';
import { KNOWN_WITH_OTHER_CONTENT } from './odd-trouble.ts';
import { reportSuspicion } from './report-suspicion.ts';

/** An order as somebody meets it who knows its id alone. */
export interface OrderWatch {
  readonly requestId: string;
  /** null: nobody can tell (yet). */
  about: Suspicion['about'];
  /** What ought not to be, in words; null: nothing. */
  oddity: string | null;
}

/** Does something with an order, and has its product checked when something odd was met on the way. */
export async function watchOrder<T>(
  dependencies: Pick<OrderDependencies, 'clock' | 'onSuspicion'>,
  requestId: string,
  meet: (watch: OrderWatch) => Promise<T>,
): Promise<T> {
  const watch: OrderWatch = { requestId, about: null, oddity: null };
  try {
    return await meet(watch);
  } finally {
    const { about, oddity: reason } = watch;
    if (reason !== null) await reportSuspicion(dependencies, { about, reason, requestId });
  }
}

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
