import type { Scope } from '../../../domain/reconcile/checks.ts';
import { runReconcile } from '../../../services/reconcile/run-reconcile.ts';
import type { ReconcileResult } from '../../../services/reconcile/run-reconcile.ts';
import type { Context } from '../../context.ts';
import { exitWith } from './exit-with.ts';
import { FINDING_FIELDS, resultPresentation } from './result-view.ts';

export interface ReconcileCheckOptions {
  readonly isFull: boolean;
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
  const { terminal, globals } = context;
  terminal.checkFields(FINDING_FIELDS);
  const dependencies = await context.reconcile();
  const progress = terminal.progress('reconciling', 100);
  let result: ReconcileResult;
  try {
    result = await runReconcile(dependencies, {
      ...options,
      mode: 'check',
      isRecorded: !globals.dryRun,
      onProgress: (done, total) => progress.update((done * 100) / Math.max(1, total)),
    });
  } finally {
    progress.stop();
  }
  await print(context, result);
  if (!options.exitZero) exitWith(context, result);
}

/** Cron mails what a command prints: a script hears nothing where nothing is wrong. */
async function print({ terminal }: Context, result: ReconcileResult): Promise<void> {
  const isScript = terminal.format === 'tsv' || terminal.quiet;
  if (result.status === 'clean' && isScript && terminal.format !== 'json') return;
  for (const { reason } of result.unchecked) terminal.warn(`not checked: ${reason}`);
  await terminal.print(resultPresentation(result));
}
