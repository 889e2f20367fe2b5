import type { RunEnd, RunStart } from '../../../ports/reconcile-books.ts';
import type { NumberedFinding } from '../../../ports/repairs.ts';
import type { Database } from '../database.ts';
import type { TextLiteral } from '../row-statements.ts';
import { clip } from '../pools/column-text.ts';
import { takeAnswered } from './check-requests.ts';

const INSERT_RUN = `
  INSERT INTO reconcile_runs (run_id, mode, plan_run_id, scope, skus, status, actor, host, source, started_at)
  VALUES (?, ?, ?, ?, ?, 'running', ?, ?, ?, UTC_TIMESTAMP(6))`;

const INSERT_FINDINGS = `
  INSERT INTO reconcile_findings (run_id, number, check_code, severity, subject, product_id, location_id,
                                  expected, actual, in_flight, evidence, remedy) VALUES`;

const END_RUN = `
  UPDATE reconcile_runs
     SET status = ?, checked = ?, findings = ?, violations = ?, repaired = ?, inconclusive = ?,
         unchecked = ?, skus = COALESCE(?, skus), ended_at = UTC_TIMESTAMP(6)
   WHERE run_id = ?`;

export async function startRun(database: Database, start: RunStart): Promise<void> {
  const { runId, mode, planRunId, scopes, skus, origin } = start;
  await database.transaction((session) =>
    session.run(INSERT_RUN, [
      runId,
      mode,
      planRunId,
      scopes.join(','),
      skus === null ? null : JSON.stringify(skus),
      clip(origin.actor, 100),
      clip(origin.host, 255),
      clip(origin.source, 32),
    ]),
  );
}

export async function addFindings(
  database: Database,
  runId: string,
  findings: readonly NumberedFinding[],
): Promise<void> {
  const literalOf = ({ number, finding }: NumberedFinding, text: TextLiteral): string =>
    `(${text(runId)},${number},'${finding.check}','${finding.severity}',${text(clip(finding.subject, 200))},` +
    `${numberLiteral(finding.productId)},${numberLiteral(finding.locationId)},` +
    `${numberLiteral(finding.expected)},${numberLiteral(finding.actual)},${numberLiteral(finding.inFlight)},` +
    `${text(clip(finding.evidence, 1000))},${text(JSON.stringify(finding.remedy))})`;
  await database.transaction((session) =>
    session.prepareRows({ sql: INSERT_FINDINGS, items: findings, literalOf, clause: ' ' }).send(),
  );
}

export async function endRun(database: Database, end: RunEnd): Promise<void> {
  const { runId, status, checked, findings, violations, repaired, unchecked } = end;
  await database.transaction(async (session) => {
    await session.run(END_RUN, [
      status,
      JSON.stringify(checked),
      findings,
      violations,
      repaired,
      unchecked.length,
      JSON.stringify(unchecked),
      end.skus === undefined || end.skus.length === 0 ? null : JSON.stringify(end.skus),
      runId,
    ]);
    await takeAnswered(session, end.answered);
  });
}

function numberLiteral(value: number | null): string {
  return value === null ? 'NULL' : String(value);
}
