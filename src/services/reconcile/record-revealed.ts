import type { ReconcileDependencies } from './dependencies.ts';
import type { Mended } from './repair-findings.ts';
import { reported } from './reported-finding.ts';
import type { ReportedFinding } from './reported-finding.ts';

/** Keeps what came to light by mending, behind everything else that the run has found. */
export async function recordRevealed(
  { books }: Pick<ReconcileDependencies, 'books'>,
  runId: string,
  { findings, revealed }: Mended,
): Promise<readonly ReportedFinding[]> {
  const last = Math.max(0, ...findings.map(({ number }) => number));
  const numbered = revealed.map((finding, index) => reported(finding, last + index));
  await books.addFindings(runId, numbered);
  return numbered;
}
