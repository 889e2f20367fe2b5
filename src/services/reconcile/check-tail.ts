import type { Finding } from '../../domain/reconcile/finding.ts';
import { wrongRun } from '../../domain/reconcile/ledger-findings.ts';
import type { LedgerTail, TailSum } from '../../domain/reconcile/ledger-tail.ts';
import type { LedgerSnapshot } from '../../ports/reconcile-books.ts';

const PLACES_AT_ONCE = 2_000;

/**
 * What a comparison with the sealed sums cannot show of the movements behind them: places whose row did
 * not change though something moved, and movements that do not go on from the one before.
 * @param isCompared whether the tail of a place was part of a comparison already
 */
export async function checkTail(
  snapshot: LedgerSnapshot,
  tail: LedgerTail,
  isCompared: (place: TailSum) => boolean,
): Promise<{ readonly productIds: readonly number[]; readonly runs: readonly Finding[] }> {
  const suspects = new Set<number>();
  const runs: Finding[] = [];
  let batch: TailSum[] = [];
  const lookAtBatch = async (): Promise<void> => {
    runs.push(...(await brokenRuns(snapshot, batch)));
    batch = [];
  };
  for (const sum of tail.values()) {
    if (sum.quantity !== 0 && !isCompared(sum)) suspects.add(sum.productId);
    batch.push(sum);
    if (batch.length === PLACES_AT_ONCE) await lookAtBatch();
  }
  await lookAtBatch();
  return { productIds: [...suspects], runs };
}

async function brokenRuns(
  snapshot: LedgerSnapshot,
  sums: readonly TailSum[],
): Promise<readonly Finding[]> {
  if (sums.length === 0) return [];
  const sealed = await snapshot.sealedSums(sums);
  const sealOf = new Map(sealed.map((one) => [`${one.productId}:${one.locationId}`, one.quantity]));
  const broken = sums.filter(
    (sum) =>
      sum.brokenId !== null ||
      sum.before !== (sealOf.get(`${sum.productId}:${sum.locationId}`) ?? 0),
  );
  const findings: Finding[] = [];
  for (const productId of new Set(broken.map((sum) => sum.productId))) {
    // Looked up whole: the break may be in what is sealed, and then it is the seal's sum that is asked.
    const found = await snapshot.brokenRuns({ from: productId, to: productId }, PLACES_AT_ONCE);
    findings.push(...found.map(wrongRun));
  }
  return findings;
}
