import { aboutPlace } from '../../domain/reconcile/finding.ts';
import type { Finding } from '../../domain/reconcile/finding.ts';
import type { ReconcileBooks, WrongBucket } from '../../ports/reconcile-books.ts';
import type { CheckReport } from './check-report.ts';

/**
 * What the ledger says of each bucket's sales: nothing behind its settled position, and with `isFull` as
 * many units as it says it has sold.
 */
export async function checkBookings(
  books: ReconcileBooks,
  {
    productIds,
    isFull,
  }: { readonly productIds: readonly number[] | null; readonly isFull: boolean },
): Promise<CheckReport> {
  const isSummed = isFull || productIds !== null;
  const wrong = await books.inSnapshot((snapshot) =>
    isSummed ? snapshot.wrongBucketSums(productIds) : snapshot.wrongBuckets(),
  );
  const asked = wrong.filter(
    ({ productId }) => productIds === null || productIds.includes(productId),
  );
  return { findings: asked.flatMap(judge), unchecked: [], checked: {} };
}

function judge(bucket: WrongBucket): readonly Finding[] {
  const { bucketId, sku, location, settledSeq, bookedSeq, sold, booked } = bucket;
  const shared = {
    ...aboutPlace(bucket),
    subject: `pool bucket ${bucketId} (${sku} at ${location})`,
    check: 'pools.booked',
    severity: 'violation',
    remedy: { kind: 'person', command: `inv stock history ${sku}` },
  } as const;
  if (bookedSeq > settledSeq) {
    const evidence = `${shared.subject} is settled up to event ${settledSeq}, and event ${bookedSeq} is booked: what is between would be booked twice`;
    return [{ ...shared, expected: settledSeq, actual: bookedSeq, evidence }];
  }
  if (booked === null || booked === sold) return [];
  const units = Math.abs(booked - sold);
  const evidence = `${shared.subject} has sold ${sold} units, its movements are ${booked}: ${units} ${booked > sold ? 'are booked twice' : 'are not booked'}`;
  return [{ ...shared, expected: sold, actual: booked, evidence }];
}
