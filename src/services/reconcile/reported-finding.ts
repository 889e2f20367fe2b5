import type { Finding } from '../../domain/reconcile/finding.ts';
import type { JudgedFinding } from '../../domain/reconcile/verdict.ts';
import type { NumberedFinding, Receipt } from '../../ports/repairs.ts';

/** A finding of a run, with what became of it. */
export interface ReportedFinding extends JudgedFinding, NumberedFinding {
  readonly receipt: Receipt | null;
  /** Why it was not mended, where that was tried; or that it was mended before. */
  readonly why: string | null;
}

export function reported(finding: Finding, index: number): ReportedFinding {
  return { number: index + 1, finding, outcome: 'open', receipt: null, why: null };
}
