import { isMore } from '../../../domain/reconcile/verdict.ts';
import type { JsonObject, JsonValue } from '../../../lib/json.ts';
import type { RecordedFinding, RecordedRun } from '../../../ports/reconcile-books.ts';
import { showRun } from '../../../services/reconcile/show-run.ts';
import type { Context } from '../../context.ts';
import { plainColumns } from '../../rows.ts';
import type { Column, StyleName } from '../../terminal/types.ts';
import { humanText } from '../../terminal/cell-text.ts';
import { momentText } from '../stock/history-view.ts';
import {
  FINDING_FIELDS,
  findingDocument,
  findingLines,
  findingRow,
  uncheckedDocument,
} from './result-view.ts';

/** More than anybody reads. */
const RUNS_MAX = 100_000;

const RUN_FIELDS = [
  'run_id',
  'mode',
  'status',
  'findings',
  'violations',
  'repaired',
  'actor',
  'source',
  'started_at',
  'ended_at',
  'truncated',
];

/** What fits 80 columns beside a whole run id, so that it can be copied into: inv reconcile show RUN. */
const COLUMNS_FOR_PEOPLE: readonly Column[] = [
  { key: 'run_id', title: 'RUN', priority: 2 },
  { key: 'mode', title: 'MODE', priority: 1, format: whoText },
  // A number that is cut is a wrong one; the minute is enough of a time.
  { key: 'status', title: 'RESULT', priority: 2, format: resultText, style: resultStyle },
  { key: 'started_at', title: 'STARTED (UTC)', priority: 1, format: momentText },
];

/** A worker checks, and mends what it may: who it was says more than which of both. */
function whoText(mode: JsonValue | undefined, { source }: JsonObject): string {
  return source === 'worker' ? 'worker' : humanText(mode);
}

/** `+`: there may be more. */
function resultText(status: JsonValue | undefined, row: JsonObject): string {
  return `${cameTo(status, row)}${row['truncated'] === true ? '+' : ''}`;
}

/** What came of it: the number that is left, of the worst kind that there is. */
function cameTo(
  status: JsonValue | undefined,
  { mode, findings, violations, repaired, truncated }: JsonObject,
): string {
  if (Number(violations) > 0) return `violated ${humanText(violations)}`;
  const left = Number(findings) - Number(repaired);
  if (status === 'repaired' || (status === 'drift' && left <= 0 && truncated === true)) {
    return `repaired ${humanText(repaired)}`;
  }
  if (status === 'drift') return `drift ${String(left > 0 ? left : Number(findings))}`;
  // Of a plan, other rows may have been mended before, or be no longer so.
  const isApplied = mode === 'apply' && status === 'inconclusive';
  return isApplied ? `made ${humanText(repaired)}/${humanText(findings)}` : humanText(status);
}

function resultStyle(
  status: JsonValue | undefined,
  { violations }: JsonObject,
): StyleName | undefined {
  if (Number(violations) > 0) return 'red';
  return status === 'clean' || status === 'repaired' ? undefined : 'yellow';
}

export async function runReconcileHistory(
  context: Context,
  { limit }: { readonly limit: number | null },
): Promise<void> {
  const { books } = await context.reconcile();
  const runs = await books.runs({ limit: limit ?? RUNS_MAX });
  const rows = runs.map((run) => ({ ...runRow(run), ...truncatedDocument(run) }));
  const isCut = rows.some(({ truncated }) => truncated === true);
  await context.terminal.print({
    document: rows,
    rows,
    columns: context.terminal.format === 'table' ? COLUMNS_FOR_PEOPLE : plainColumns(RUN_FIELDS),
    empty: 'nothing was reconciled yet',
    footer: `inv reconcile show RUN says what one has found${isCut ? '; +: there may be more' : ''}`,
  });
}

/** @throws InvError NOT_FOUND */
export async function runReconcileShow(
  context: Context,
  { name }: { readonly name: string },
): Promise<void> {
  const { run, findings } = await showRun(await context.reconcile(), name);
  const unchecked = run.unchecked ?? [];
  const row = { ...runRow(run), ...truncatedDocument(run) };
  for (const { reason } of unchecked) context.terminal.warn(`not checked: ${reason}`);
  const shown = findings.map((one) => ({ ...one, why: whyText(run, one) }));
  await context.terminal.print({
    document: {
      ...runRow(run),
      ...(run.unchecked === null ? UNKNOWN : uncheckedDocument(run.unchecked)),
      findings: shown.map(findingDocument),
    },
    rows: shown.map(findingRow),
    columns: plainColumns(FINDING_FIELDS),
    human: (style) => [
      `run ${run.runId} (${run.mode})`,
      ...(run.planRunId === null ? [] : [`  of the plan of run ${run.planRunId}`]),
      `  by ${whoseText(run)}, ${momentText(run.startedAt)} UTC: ${cameTo(statusText(run), row)}${unchecked.some(isMore) ? ', and there may be more' : ''}`,
      ...shown.flatMap((one) => findingLines(one, style)),
    ],
  });
}

/** Nobody has kept it. */
const UNKNOWN = { truncated: null, inconclusive: null };

function truncatedDocument({ unchecked }: RecordedRun): JsonObject {
  return { truncated: unchecked === null ? null : unchecked.some(isMore) };
}

function whoseText({ source, actor }: RecordedRun): string {
  return source === 'worker' ? `a worker of ${actor}` : actor;
}

function runRow(run: RecordedRun): JsonObject {
  return {
    run_id: run.runId,
    mode: run.mode,
    plan_run_id: run.planRunId,
    status: statusText(run),
    scope: run.scopes,
    skus: run.skus,
    findings: run.findings,
    violations: run.violations,
    repaired: run.repaired,
    actor: run.actor,
    source: run.source,
    started_at: run.startedAt,
    ended_at: run.endedAt,
  };
}

/** What a plan found stays open in its own run, also when another run has mended it. */
function whyText(
  { runId }: RecordedRun,
  { outcome, receipt, why }: RecordedFinding,
): string | null {
  const isByAnother = outcome !== 'repaired' && receipt !== null && receipt.runId !== runId;
  return isByAnother ? `mended since, by run ${receipt.runId}` : why;
}

/** A run that is at work looks like one that was killed. */
function statusText({ status }: RecordedRun): string {
  return status === 'running' ? 'unfinished' : status;
}
