import { isMendable } from '../../../domain/reconcile/finding.ts';
import { isNotice } from '../../../domain/reconcile/verdict.ts';
import type { Scope } from '../../../domain/reconcile/checks.ts';
import { runReconcile } from '../../../services/reconcile/run-reconcile.ts';
import type { ReconcileResult } from '../../../services/reconcile/run-reconcile.ts';
import { openPlanFile } from '../../composition/plan-file.ts';
import type { Context } from '../../context.ts';
import { refuseDryRun } from '../../refuse-dry-run.ts';
import { exitWith } from './exit-with.ts';
import { noteFinished } from './finished-text.ts';
import { warnOfLosses } from './lost-sales-text.ts';
import { planDocument } from './plan.ts';
import { FINDING_FIELDS, resultPresentation } from './result-view.ts';

export interface ReconcileCheckOptions {
  readonly isFull: boolean;
  readonly isFix: boolean;
  /** Where the plan goes; null: none is made. */
  readonly planPath: string | null;
  /** Findings that `--fix` may mend. */
  readonly changesMax: number;
  /** null = all. */
  readonly products: readonly string[] | null;
  readonly scopes: readonly Scope[];
  readonly waitMs: number;
  readonly exitZero: boolean;
}

/** Exit codes 6 and 7 when something differs; 69 and 75 when something could not be looked at. */
export async function runReconcileCheck(
  context: Context,
  options: ReconcileCheckOptions,
): Promise<void> {
  const { terminal } = context;
  terminal.checkFields(FINDING_FIELDS);
  const { planPath } = options;
  if (planPath !== null) refuseDryRun(context, 'a plan is a run that is kept', 'inv reconcile');
  const plan = planPath === null ? null : await openPlanFile(planPath);
  let result: ReconcileResult;
  try {
    result = await reconcile(context, options);
    await plan?.write(planDocument(result));
  } catch (error) {
    await plan?.abandon();
    throw error;
  }
  await print(context, result);
  if (planPath !== null) notePlan(context, planPath, result);
  if (options.isFix && !context.globals.dryRun) warnOfRest(context, options, result);
  if (!options.exitZero) exitWith(context, result);
}

async function reconcile(
  context: Context,
  options: ReconcileCheckOptions,
): Promise<ReconcileResult> {
  const { terminal, globals } = context;
  const dependencies = await context.reconcile();
  const progress = terminal.progress('reconciling');
  if (options.isFix) context.underWay(cutOffText);
  try {
    const result = await runReconcile(dependencies, {
      ...options,
      mode: options.planPath !== null ? 'plan' : options.isFix ? 'fix' : 'check',
      isRecorded: !globals.dryRun,
      onProgress: (done, total) => progress.update(done, undefined, total),
    });
    context.underWay(null);
    return result;
  } finally {
    progress.stop();
  }
}

/** Every repair is one transaction, or does the same when it is made again. */
export function cutOffText(): { readonly message: string; readonly hint: string } {
  return {
    message: 'what was mended is mended, each repair whole or not at all',
    hint: 'run the same command again: it goes on from there',
  };
}

/** Cron mails what a command prints: a script hears nothing where nothing is wrong. */
async function print({ terminal, globals }: Context, result: ReconcileResult): Promise<void> {
  const { format, quiet } = terminal;
  noteFinished(terminal, result.finished);
  if (result.status === 'clean' && format !== 'json' && (format === 'tsv' || quiet)) return;
  for (const { reason } of result.unchecked) terminal.warn(`not checked: ${reason}`);
  warnOfLosses(terminal, result.findings);
  // A header without rows says nothing that the warnings have not said.
  if (format === 'tsv' && result.findings.every(isNotice)) return;
  await terminal.print(resultPresentation(result, globals));
}

/** What `--fix` could have mended as well. */
function warnOfRest(
  { terminal }: Context,
  { changesMax }: Pick<ReconcileCheckOptions, 'changesMax'>,
  { findings }: ReconcileResult,
): void {
  const isLeft = ({ finding, outcome }: ReconcileResult['findings'][number]): boolean =>
    outcome === 'open' && isMendable(finding);
  const left = findings.filter(isLeft).length;
  if (left === 0) return;
  const tried = findings.filter(({ outcome }) => outcome !== 'open').length;
  const limit = tried < changesMax ? '' : `--max-changes ${String(changesMax)} ends here; `;
  terminal.warn(`${String(left)} more can be mended: ${limit}look at them, then run it again`);
}

function notePlan({ terminal }: Context, path: string, { findings }: ReconcileResult): void {
  const isEmpty = !findings.some(({ finding }) => isMendable(finding));
  terminal.note(
    isEmpty
      ? 'there is nothing that could be mended without a person, so the plan is empty'
      : `the plan is written; to mend what it names: inv reconcile apply ${path}`,
  );
}
