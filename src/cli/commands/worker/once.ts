import { workOnce } from '../../../worker/work-once.ts';
import type { Context } from '../../context.ts';
import { refuseDryRun } from '../../refuse-dry-run.ts';
import { refuseEviction } from '../../refuse-eviction.ts';
import { REPORT_FIELDS, reportPresentation } from './report-view.ts';

export async function runWorkerOnce(context: Context): Promise<void> {
  const { terminal } = context;
  refuseDryRun(context, 'what is settled is in the books', 'inv worker status');
  terminal.checkFields(REPORT_FIELDS);
  await refuseEviction(context);
  const dependencies = await context.pools();
  const progress = terminal.progress('settling');
  context.underWay(cutOffText);
  try {
    const report = await workOnce(dependencies, {
      signal: context.signal,
      reconcile: { schedule: null, dependencies: () => context.reconcile('worker') },
      report: ({ level, text }) => {
        if (level === 'info') terminal.detail(text);
        else terminal.warn(text);
      },
    });
    progress.stop();
    context.underWay(null);
    await terminal.print(reportPresentation(report));
  } finally {
    progress.stop();
  }
}

/** Every settlement is one transaction, and whoever comes next goes on behind the last one. */
export function cutOffText(): { readonly message: string; readonly hint: string } {
  return {
    message: 'what was settled is in the books, the batch under way whole or not at all',
    hint: 'inv worker once, or inv worker run: they go on from there',
  };
}
