import { deltaOf, frozenCommand } from '../../../domain/reconcile/finding.ts';
import type { Finding, Remedy, Unchecked } from '../../../domain/reconcile/finding.ts';
import { isMore, isNotice, isOpen } from '../../../domain/reconcile/verdict.ts';
import type { Outcome } from '../../../domain/reconcile/verdict.ts';
import type { JsonObject } from '../../../lib/json.ts';
import type { ReportedFinding } from '../../../services/reconcile/reported-finding.ts';
import type { ReconcileResult } from '../../../services/reconcile/run-reconcile.ts';
import { plainColumns } from '../../rows.ts';
import type { Presentation, Style } from '../../terminal/types.ts';

/** What `--fields` may name. */
export const FINDING_FIELDS: readonly string[] = [
  'id',
  'check',
  'severity',
  'subject',
  'sku',
  'location',
  'expected',
  'actual',
  'delta',
  'in_flight',
  'evidence',
  'repair',
];

/** What a run came to (cli.md: `reconcile`). */
export function resultPresentation(
  result: ReconcileResult,
  { dryRun }: { readonly dryRun: boolean },
): Presentation {
  const { runId, status, checked, unchecked, durationMs } = result;
  const findings = result.findings.filter((one) => !isNotice(one));
  const notices = result.findings.filter(isNotice);
  return {
    document: {
      run_id: runId,
      status,
      checked,
      findings: findings.map(findingDocument),
      notices: notices.map(({ finding: { check, subject, evidence } }) => ({
        check,
        subject,
        evidence,
      })),
      ...uncheckedDocument(unchecked),
      finished: result.finished.map(({ runId: run, requestId, before, after }) => ({
        ...{ run_id: run, request_id: requestId, before, after },
      })),
      duration_ms: durationMs,
      ...(dryRun ? { dry_run: true } : {}),
    },
    rows: findings.map(findingRow),
    columns: plainColumns(FINDING_FIELDS),
    human: (style) => [
      ...resultLines(result, style),
      style.dim(dryRun ? '  dry run: nothing was mended, and no run is kept' : `  run ${runId}`),
    ],
  };
}

/** What was not looked at; `truncated`: because the run came to a limit, so there may be more. */
export function uncheckedDocument(unchecked: readonly Unchecked[]): JsonObject {
  return {
    truncated: unchecked.some(isMore),
    inconclusive: unchecked.map(({ checks, reason }) => ({ checks, reason })),
  };
}

export function findingDocument(one: ReportedFinding): JsonObject {
  return { ...findingRow(one), repair: repairDocument(one) };
}

export function findingRow({ number, finding, outcome }: ReportedFinding): JsonObject {
  const { check, severity, subject, sku, location, expected, actual, inFlight, evidence } = finding;
  return {
    id: number,
    check,
    severity,
    subject,
    sku,
    location,
    expected,
    actual,
    delta: deltaOf(finding),
    in_flight: inFlight,
    evidence,
    repair: outcome === 'open' ? howText(finding.remedy) : outcome,
  };
}

function repairDocument({ finding, outcome, receipt, why }: ReportedFinding): JsonObject {
  const { remedy } = finding;
  return {
    how: howText(remedy),
    command: commandOf(finding, outcome),
    state: outcome,
    request_id: receipt?.requestId ?? null,
    before: receipt?.before ?? null,
    after: receipt?.after ?? null,
    reason: why,
  };
}

function howText({ kind }: Remedy): string {
  return kind === 'person' || kind === 'none' ? kind : 'automatic';
}

/** What the operator runs next; null: nothing can be done about it. */
function commandOf({ remedy, sku }: Finding, outcome: Outcome): string | null {
  switch (remedy.kind) {
    case 'freeze':
      return outcome === 'open' ? 'inv reconcile --fix' : frozenCommand(remedy.shard);
    case 'person':
      return remedy.command;
    case 'none':
      return null;
    default:
      return sku === null ? 'inv reconcile --fix' : `inv reconcile --fix --sku ${sku}`;
  }
}

function resultLines(result: ReconcileResult, style: Style): readonly string[] {
  const { findings } = result;
  return [...findings.flatMap((one) => findingLines(one, style)), headline(result, style)];
}

export function findingLines(one: ReportedFinding, style: Style): readonly string[] {
  const { finding, outcome, receipt, why } = one;
  const { severity, evidence, check } = finding;
  const text = `${evidence} [${check}]`;
  if (outcome === 'repaired' || receipt !== null) {
    const change =
      receipt === null ? '' : ` (${receipt.before} ${style.mark.arrow} ${receipt.after})`;
    return [`${style.green(style.mark.ok)} ${text}: ${why ?? 'mended'}${change}`];
  }
  if (severity === 'notice') return [style.dim(`  ${text}`)];
  if (outcome === 'gone') return [style.dim(`${style.mark.ok} ${text}: no longer so`)];
  const mark =
    severity === 'violation' ? style.red(style.mark.fail) : style.yellow(style.mark.warn);
  const command = commandOf(finding, outcome);
  const tried = outcome === 'stale' ? 'left as it is' : 'not mended';
  return [
    `${mark} ${text}`,
    ...(why === null ? [] : [`    ${tried}: ${why}`]),
    ...(command === null ? [] : [`    ${style.cyan('try:')} ${command}`]),
  ];
}

/** What is looked at is named in the plural. */
function countText(count: number, names: string): string {
  return `${String(count)} ${count === 1 ? names.replace(/s$/, '') : names}`;
}

function headline({ status, findings, unchecked, checked }: ReconcileResult, style: Style): string {
  const looked = Object.entries(checked)
    .filter(([name]) => !/_(from|to)$/.test(name))
    .map(([name, count]) => countText(count, name.replaceAll('_', ' ')))
    .join(', ');
  const about = looked === '' ? '' : ` (${looked})`;
  switch (status) {
    case 'clean':
      return `${style.green(style.mark.ok)} all agree${about}`;
    case 'repaired':
      return `${style.green(style.mark.ok)} all agree now: what differed is mended${about}`;
    case 'drift': {
      const open = findings.filter(isOpen).length;
      const differences = open === 1 ? '1 difference' : `${String(open)} differences`;
      const more = unchecked.some(isMore) ? ' left, and there may be more' : '';
      return `${style.red(style.mark.fail)} ${differences}${more}${about}`;
    }
    case 'inconclusive':
      return `${style.yellow(style.mark.warn)} not everything could be checked${about}`;
  }
}
