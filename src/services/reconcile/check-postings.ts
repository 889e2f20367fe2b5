import type { Finding } from '../../domain/reconcile/finding.ts';
import { badPosting } from '../../domain/reconcile/ledger-findings.ts';
import type { LedgerSnapshot } from '../../ports/reconcile-books.ts';

const POSTINGS_AT_ONCE = 50_000;

/** Postings that have no movements, and reversals that are none. */
export async function checkPostings(
  snapshot: LedgerSnapshot,
  { after, upTo }: { readonly after: number; readonly upTo: number },
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (let from = after; from < upTo; from += POSTINGS_AT_ONCE) {
    const bad = await snapshot.badPostings(from, Math.min(upTo, from + POSTINGS_AT_ONCE));
    findings.push(...bad.map(badPosting));
  }
  return findings;
}
