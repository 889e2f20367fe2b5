import type { PlanRows } from '../../../domain/reconcile/plan-rows.ts';
import type { AppliedPlan } from '../../../services/reconcile/apply-plan.ts';
import { plainColumns } from '../../rows.ts';
import type { Presentation, Style } from '../../terminal/types.ts';
import { FINDING_FIELDS, findingDocument, findingLines, findingRow } from './result-view.ts';

/** What became of the rows of a plan; never a word about anything else, which nobody has looked at. */
export function appliedPresentation(applied: AppliedPlan): Presentation {
  const { runId, planRunId, status, rows, findings, durationMs } = applied;
  return {
    document: {
      run_id: runId,
      mode: 'apply',
      plan_run_id: planRunId,
      status,
      rows: {
        planned: rows.planned,
        made: rows.made,
        made_before: rows.madeBefore,
        changed: rows.changed,
        gone: rows.gone,
        open: rows.open,
      },
      findings: findings.map(findingDocument),
      duration_ms: durationMs,
    },
    rows: findings.map(findingRow),
    columns: plainColumns(FINDING_FIELDS),
    human: (style) => [
      ...findings.flatMap((one) => findingLines(one, style)),
      headline(rows, style),
      style.dim(`  run ${runId}, of the plan of run ${planRunId}`),
    ],
    receipt: true,
  };
}

function headline(rows: PlanRows, style: Style): string {
  const isMade = rows.planned > 0 && rows.made + rows.madeBefore === rows.planned;
  const mark = isMade ? style.green(style.mark.ok) : style.yellow(style.mark.warn);
  return `${mark} ${rowsText(rows)}; nothing else was looked at: inv reconcile`;
}

/** `2 of 3 rows made, 1 no longer so` */
export function rowsText({ planned, made, madeBefore, changed, gone, open }: PlanRows): string {
  if (planned === 0) return 'there is nothing in the plan, so nothing was changed';
  const rows = planned === 1 ? 'row' : 'rows';
  return [
    `${String(made)} of ${String(planned)} ${rows} of the plan made`,
    ...(madeBefore === 0 ? [] : [`${String(madeBefore)} made before`]),
    ...(changed === 0 ? [] : [`${String(changed)} otherwise now`]),
    ...(gone === 0 ? [] : [`${String(gone)} no longer so`]),
    ...(open === 0 ? [] : [`${String(open)} not mended`]),
  ].join(', ');
}
