import type { CheckId, Severity } from '../../../domain/reconcile/checks.ts';
import type { Remedy, Unchecked } from '../../../domain/reconcile/finding.ts';
import type { Outcome } from '../../../domain/reconcile/verdict.ts';
import type {
  RecordedFinding,
  RecordedRun,
  RunMode,
  RunStatus,
} from '../../../ports/reconcile-books.ts';
import type { NumberedFinding } from '../../../ports/repairs.ts';
import type { Session } from '../session.ts';
import { integer, isoFromDatetime } from '../values.ts';

const RUN_COLUMNS = `
  run_id, mode, plan_run_id, scope, skus, status, findings, violations, repaired, unchecked,
  actor, source, started_at, ended_at`;

const SELECT_RUN = `SELECT ${RUN_COLUMNS} FROM reconcile_runs WHERE run_id = CAST(? AS BINARY)`;

const SELECT_RUNS = `
  SELECT ${RUN_COLUMNS} FROM reconcile_runs ORDER BY started_at DESC, run_id DESC LIMIT ?`;

/** The newest run that has looked at a product, and came to its end. */
const SELECT_LAST_OF = `
  SELECT ${RUN_COLUMNS} FROM reconcile_runs
   WHERE ended_at IS NOT NULL AND FIND_IN_SET('ledger', scope)
     AND (skus IS NULL OR JSON_CONTAINS(skus, JSON_QUOTE(?)))
   ORDER BY started_at DESC LIMIT 1`;

export const FINDING_COLUMNS = `
  f.number, f.check_code, f.severity, f.subject, f.product_id, p.sku, f.location_id, l.code AS location,
  f.expected, f.actual, f.in_flight, f.evidence, f.remedy`;

export const FINDING_JOINS = `
  LEFT JOIN products p ON p.id = f.product_id
  LEFT JOIN locations l ON l.id = f.location_id`;

/** A receipt may be that of another run: of one that applied this plan, or applied it earlier. */
const SELECT_FINDINGS = `
  SELECT ${FINDING_COLUMNS}, f.outcome, f.reason,
         made.run_id AS made_by, made.request_id, made.before_text, made.after_text
    FROM reconcile_findings f
    JOIN reconcile_runs r ON r.run_id = f.run_id
    LEFT JOIN reconcile_findings made
      ON made.request_id = CONCAT('reconcile:', COALESCE(r.plan_run_id, r.run_id), ':', f.number)
    ${FINDING_JOINS}
   WHERE f.run_id = CAST(? AS BINARY)
   ORDER BY f.number`;

interface RunRow {
  run_id: string;
  mode: RunMode;
  plan_run_id: string | null;
  scope: string;
  skus: string | null;
  status: RunStatus | 'running';
  findings: number;
  violations: number;
  repaired: number;
  unchecked: string | null;
  actor: string;
  source: string;
  started_at: string;
  ended_at: string | null;
}

export interface FindingColumns {
  number: number;
  check_code: CheckId;
  severity: Severity;
  subject: string;
  product_id: number | null;
  sku: string | null;
  location_id: number | null;
  location: string | null;
  expected: number | null;
  actual: number | null;
  in_flight: number | null;
  evidence: string;
  remedy: string;
}

interface FindingRow extends FindingColumns {
  outcome: Outcome;
  reason: string | null;
  made_by: string | null;
  request_id: string | null;
  before_text: string | null;
  after_text: string | null;
}

export async function selectRun(session: Session, runId: string): Promise<RecordedRun | undefined> {
  const [row] = await session.rows<RunRow>(SELECT_RUN, [runId]);
  return row === undefined ? undefined : runFrom(row);
}

export async function selectRuns(session: Session, limit: number): Promise<readonly RecordedRun[]> {
  // A limit travels as text: the driver sends numbers as doubles, which MySQL refuses in a LIMIT.
  return (await session.rows<RunRow>(SELECT_RUNS, [String(limit)])).map(runFrom);
}

/** @returns with the findings about this product; undefined when no run has looked at it */
export async function selectLastRunOf(
  session: Session,
  { productId, sku }: { readonly productId: number; readonly sku: string },
): Promise<
  { readonly run: RecordedRun; readonly findings: readonly RecordedFinding[] } | undefined
> {
  const [row] = await session.rows<RunRow>(SELECT_LAST_OF, [sku]);
  if (row === undefined) return undefined;
  const findings = await selectFindings(session, row.run_id);
  return {
    run: runFrom(row),
    findings: findings.filter(({ finding }) => finding.productId === productId),
  };
}

export async function selectFindings(
  session: Session,
  runId: string,
): Promise<readonly RecordedFinding[]> {
  const rows = await session.rows<FindingRow>(SELECT_FINDINGS, [runId]);
  return rows.map(findingFrom);
}

function runFrom(row: RunRow): RecordedRun {
  return {
    runId: row.run_id,
    mode: row.mode,
    planRunId: row.plan_run_id,
    scopes: row.scope === '' ? [] : row.scope.split(','),
    // Written by us, as JSON.
    skus: row.skus === null ? null : (JSON.parse(row.skus) as readonly string[]),
    status: row.status,
    findings: integer(row.findings),
    violations: integer(row.violations),
    repaired: integer(row.repaired),
    // Written by us, as JSON.
    unchecked: row.unchecked === null ? null : (JSON.parse(row.unchecked) as readonly Unchecked[]),
    actor: row.actor,
    source: row.source,
    startedAt: isoFromDatetime(row.started_at),
    endedAt: row.ended_at === null ? null : isoFromDatetime(row.ended_at),
  };
}

export function findingOf(row: FindingColumns): NumberedFinding {
  return {
    number: integer(row.number),
    finding: {
      check: row.check_code,
      severity: row.severity,
      subject: row.subject,
      sku: row.sku,
      location: row.location,
      productId: integerOrNull(row.product_id),
      locationId: integerOrNull(row.location_id),
      expected: integerOrNull(row.expected),
      actual: integerOrNull(row.actual),
      inFlight: integerOrNull(row.in_flight),
      evidence: row.evidence,
      // Written by us, as JSON.
      remedy: JSON.parse(row.remedy) as Remedy,
    },
  };
}

function findingFrom(row: FindingRow): RecordedFinding {
  return {
    ...findingOf(row),
    outcome: row.outcome,
    receipt:
      row.request_id === null || row.made_by === null
        ? null
        : {
            runId: row.made_by,
            requestId: row.request_id,
            before: row.before_text ?? '',
            after: row.after_text ?? '',
          },
    why: row.reason,
  };
}

function integerOrNull(value: number | null): number | null {
  return value === null ? null : integer(value);
}
