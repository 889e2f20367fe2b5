import { applyPlan } from '../../../services/reconcile/apply-plan.ts';
import type { ReconcileResult } from '../../../services/reconcile/run-reconcile.ts';
import { readPlanFile } from '../../composition/plan-file.ts';
import type { Context } from '../../context.ts';
import { refuseDryRun } from '../../refuse-dry-run.ts';
import { exitWith } from './exit-with.ts';
import { parsePlan } from './plan.ts';
import { FINDING_FIELDS, resultPresentation } from './result-view.ts';
import { cutOffText } from './run-check.ts';

export interface ReconcileApplyOptions {
  readonly file: string;
  readonly waitMs: number;
}

/** Exit code 5 when a row is not what the plan saw: that row is left as it is. */
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
  let result: ReconcileResult;
  try {
    result = await applyPlan(dependencies, plan, { waitMs });
  } finally {
    progress.stop();
  }
  context.underWay(null);
  await terminal.print({ ...resultPresentation(result), receipt: true });
  const isStale = result.findings.some(({ outcome }) => outcome === 'stale' || outcome === 'gone');
  if (isStale) context.finishWith('VERSION_CONFLICT');
  else exitWith(context, result);
}
