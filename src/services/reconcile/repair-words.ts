import type { CheckId } from '../../domain/reconcile/checks.ts';
import type { RecoverOutcome } from '../pools/recover-outcome.ts';

/** What is there once a bucket was converged, by what was wrong with it. */
export const CONVERGED: Partial<Readonly<Record<CheckId, string>>> = {
  'pools.identity': 'counted anew from what is settled, sold and held',
  'holds.sum': 'held is counted anew from its holds',
  'pools.lost_tail': 'the lost events are booked from their records, the rest as recovered',
};

/** What is there once a shard was opened. */
export function openedText(
  outcome: Extract<RecoverOutcome, { readonly status: 'adopted' | 'rebuilt' }>,
): string {
  const lost = outcome.buckets.reduce((sum, { lostMax }) => sum + lostMax, 0);
  const kept = outcome.buckets.reduce((sum, { quarantined }) => sum + quarantined, 0);
  const aside = kept === 0 ? '' : `, ${kept} are kept for them`;
  const loss =
    lost === 0 ? 'nothing was lost' : `up to ${lost} units that Redis had sold may be lost${aside}`;
  const how =
    outcome.status === 'adopted' ? 'opened again as it was' : 'loaded anew from the books';
  return `${how}: ${loss}`;
}
