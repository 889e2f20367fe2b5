import { isMendable } from '../../domain/reconcile/finding.ts';
import { statusOf } from '../../domain/reconcile/verdict.ts';
import { InvError } from '../../lib/errors.ts';
import type { RecordedFinding } from '../../ports/reconcile-books.ts';
import type { ReconcileDependencies } from './dependencies.ts';
import { repairFindings } from './repair-findings.ts';
import type { ReportedFinding } from './reported-finding.ts';
import { alone } from './run-lock.ts';
import { countsOf } from './run-reconcile.ts';
import type { ReconcileResult } from './run-reconcile.ts';

/** One row of a plan: which finding is to be mended, and what was seen of it. */
export interface PlannedChange {
  readonly number: number;
  readonly check: string;
  readonly subject: string;
  readonly expected: number | null;
  readonly actual: number | null;
}

export interface Plan {
  readonly runId: string;
  readonly changes: readonly PlannedChange[];
}

/**
 * Mends what a plan names, and nothing else: a plan is a run that stopped before its repairs, and this goes
 * on with it. Rows that were taken out of the plan stay as they are; rows that were mended before are told
 * again.
 * @throws InvError VERSION_CONFLICT when these books made no such plan, or it was changed; BUSY
 */
export function applyPlan(
  dependencies: ReconcileDependencies,
  plan: Plan,
  { waitMs }: { readonly waitMs: number },
): Promise<ReconcileResult> {
  return alone(dependencies, { waitMs }, async () => {
    const { books, clock } = dependencies;
    const startedAtMs = clock.monotonic();
    const { runId } = plan;
    const run = await books.findRun(runId);
    if (run === undefined) throw stalePlan(`these books have no run ${runId}`);
    const recorded = new Map((await books.findingsOf(runId)).map((one) => [one.number, one]));
    const planned = plan.changes.map((change) => matching(change, recorded.get(change.number)));
    const findings = await repairFindings(dependencies, runId, planned, {
      changesMax: planned.length,
    });
    const status = statusOf(findings, []);
    const counts = countsOf(findings, []);
    await books.endRun({ runId, status, checked: {}, ...counts });
    const durationMs = Math.round(clock.monotonic() - startedAtMs);
    return { runId, status, checked: {}, findings, unchecked: [], durationMs };
  });
}

/** What a row names has to be what the books have kept: the repair is theirs, never the file's. */
function matching(change: PlannedChange, recorded: RecordedFinding | undefined): ReportedFinding {
  const name = `row ${change.number} of the plan`;
  if (recorded === undefined) throw stalePlan(`${name} is no finding of its run`);
  const { finding } = recorded;
  const isSame =
    finding.check === change.check &&
    finding.subject === change.subject &&
    finding.expected === change.expected &&
    finding.actual === change.actual;
  if (!isSame) throw stalePlan(`${name} is not what its run has found`);
  if (!isMendable(finding)) throw stalePlan(`${name} needs a person`);
  return { ...recorded, outcome: 'open', receipt: null, why: null };
}

function stalePlan(message: string): InvError {
  return new InvError('VERSION_CONFLICT', `${message}; nothing was changed`, {
    hint: 'make a new plan: inv reconcile --plan FILE',
  });
}
