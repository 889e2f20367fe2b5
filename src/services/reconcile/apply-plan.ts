import { isMendable } from '../../domain/reconcile/finding.ts';
import { countRows, statusOfRows } from '../../domain/reconcile/plan-rows.ts';
import type { PlanRows } from '../../domain/reconcile/plan-rows.ts';
import { InvError } from '../../lib/errors.ts';
import type { RecordedFinding } from '../../ports/reconcile-books.ts';
import type { ReconcileDependencies } from './dependencies.ts';
import { finishCutOff } from './finish-cut-off.ts';
import { recordRevealed } from './record-revealed.ts';
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

/** What became of the rows of a plan. Of anything else it says nothing, because nothing else was looked at. */
export interface AppliedPlan extends Omit<ReconcileResult, 'checked' | 'unchecked'> {
  /** The run that made the plan. */
  readonly planRunId: string;
  readonly rows: PlanRows;
}

/**
 * Mends what a plan names, and nothing else, as a run of its own: the one that made the plan stays as it
 * was. Rows that were taken out of the plan stay as they are; rows that were mended before are told again.
 * @throws InvError VERSION_CONFLICT when these books made no such plan, or it was changed; BUSY
 */
export function applyPlan(
  dependencies: ReconcileDependencies,
  plan: Plan,
  { waitMs }: { readonly waitMs: number },
): Promise<AppliedPlan> {
  return alone(dependencies, { waitMs }, () => applyOnce(dependencies, plan));
}

async function applyOnce(dependencies: ReconcileDependencies, plan: Plan): Promise<AppliedPlan> {
  const { books, clock, newId, origin } = dependencies;
  const startedAtMs = clock.monotonic();
  const { runId: planRunId } = plan;
  const planned = await plannedFindings(dependencies, plan);
  const runId = newId();
  const skus = [...new Set(planned.flatMap(({ finding }) => finding.sku ?? []))];
  await books.startRun({ runId, mode: 'apply', planRunId, scopes: [], skus, origin });
  await books.addFindings(runId, planned);
  const finished = await finishCutOff(dependencies);
  const mending = { runId, foundBy: planRunId };
  const changesMax = planned.length;
  const mended = await repairFindings(dependencies, mending, planned, { changesMax });
  const all = { ...mended, revealed: [...finished.revealed, ...mended.revealed] };
  const revealed = await recordRevealed(dependencies, runId, all);
  const findings = [...mended.findings, ...revealed];
  const rows = countRows(mended.findings);
  const status = statusOfRows(rows);
  const looked = { checked: {}, unchecked: [], answered: [] };
  await books.endRun({ runId, status, ...looked, ...countsOf(findings) });
  const durationMs = Math.round(clock.monotonic() - startedAtMs);
  const { receipts } = finished;
  return { runId, planRunId, status, rows, findings, finished: receipts, durationMs };
}

/** All rows, or none where one of them is not what its run has found. */
async function plannedFindings(
  { books }: ReconcileDependencies,
  { runId, changes }: Plan,
): Promise<readonly ReportedFinding[]> {
  const run = await books.findRun(runId);
  if (run === undefined) throw stalePlan(`these books have no run ${runId}`);
  const recorded = new Map((await books.findingsOf(runId)).map((one) => [one.number, one]));
  const planned = new Map<number, ReportedFinding>();
  for (const change of changes) {
    planned.set(change.number, matching(change, recorded.get(change.number)));
  }
  return [...planned.values()];
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
