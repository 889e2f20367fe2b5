import type { Finding } from '../../domain/reconcile/finding.ts';
import type { RepairOutcome } from '../../ports/reconcile-books.ts';

export interface RepairedFinding {
  readonly outcome: RepairOutcome;
  /** What came to light by mending it. */
  readonly revealed: readonly Finding[];
}
