import { alarmOf } from '../../../domain/reconcile/verdict.ts';
import { applyPlan } from '../../../services/reconcile/apply-plan.ts';
import type { AppliedPlan } from '../../../services/reconcile/apply-plan.ts';
import { readPlanFile } from '../../composition/plan-file.ts';
import type { Context } from '../../context.ts';
import { refuseDryRun } from '../../refuse-dry-run.ts';
import { appliedPresentation, rowsText } from './apply-view.ts';
import { noteFinished } from './finished-text.ts';
import { warnOfLosses } from './lost-sales-text.ts';
import { parsePlan } from './plan.ts';
import { FINDING_FIELDS } from './result-view.ts';
import { cutOffText } from './run-check.ts';

export interface ReconcileApplyOptions {
  readonly file: string;
  readonly waitMs: number;
}

/**
 * Exit code 0 when every row is made, now or before; 5 when one is not what the plan saw, 6 when one could
 * not be made or there is none, 7 when sales may be lost.
 */
export async function runReconcileApply(
  context: Context,
  { file, waitMs }: ReconcileApplyOptions,
): Promise<void> {
  const { terminal } = context;
  refuseDryRun(context, 'a plan is applied or not', 'inv reconcile --dry-run');
  terminal.checkFields(FINDING_FIELDS);
  const plan = parsePlan(await readPlanFile(file), file);
  const dependencies = await context.reconcile();
  const progress = terminal.progress('applying the plan');
  context.underWay(cutOffText);
  let applied: AppliedPlan;
  try {
    applied = await applyPlan(dependencies, plan, { waitMs });
  } finally {
    progress.stop();
  }
  context.underWay(null);
  noteFinished(terminal, applied.finished);
  warnOfLosses(terminal, applied.findings);
  const { rows } = applied;
  if (rows.planned === 0) terminal.warn(`${rowsText(rows)}, and nothing was checked`);
  await terminal.print(appliedPresentation(applied));
  exitWith(context, applied);
}

function exitWith(
  context: Pick<Context, 'finishWith'>,
  { rows: { planned, changed, gone, open }, findings }: AppliedPlan,
): void {
  if (alarmOf(findings, []) === 'violated') context.finishWith('INVARIANT_VIOLATED');
  else if (changed + gone > 0) context.finishWith('VERSION_CONFLICT');
  else if (open > 0 || planned === 0) context.finishWith('DIFFERENCES');
}
