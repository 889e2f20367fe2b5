import type { Finding } from '../../domain/reconcile/finding.ts';
import type { RepairOutcome } from '../../ports/repairs.ts';

export interface RepairedFinding {
  readonly outcome: RepairOutcome;
  /** What came to light by mending it. */
  readonly revealed: readonly Finding[];
}
