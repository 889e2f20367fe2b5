import type { CutOffRepair, RepairOf, RepairOutcome } from '../../../ports/repairs.ts';
import type { Database } from '../database.ts';
import type { Session } from '../session.ts';
import { isoFromDatetime } from '../values.ts';
import { writeOutcome } from './receipts.ts';
import { FINDING_COLUMNS, FINDING_JOINS, findingOf } from './recorded-runs.ts';
import type { FindingColumns } from './recorded-runs.ts';

/** More are left by no run, because each stops at its first one. */
const CUT_OFF_MAX = 100;

const BEGIN = `
  UPDATE reconcile_findings SET begun_at = UTC_TIMESTAMP(6)
   WHERE run_id = CAST(? AS BINARY) AND number = ?`;

const SELECT_CUT_OFF = `
  SELECT f.run_id, COALESCE(r.plan_run_id, r.run_id) AS found_by, r.source AS run_source, f.begun_at,
         ${FINDING_COLUMNS}
    FROM reconcile_findings f
    JOIN reconcile_runs r ON r.run_id = f.run_id
    ${FINDING_JOINS}
   WHERE f.begun_at IS NOT NULL AND f.outcome = 'open'
   ORDER BY f.begun_at LIMIT ${CUT_OFF_MAX}`;

const COUNT_REPAIR = `
  UPDATE reconcile_runs SET repaired = repaired + 1 WHERE run_id = CAST(? AS BINARY)`;

export function beginRepair(
  database: Database,
  { runId, number }: Pick<RepairOf, 'runId' | 'number'>,
): Promise<void> {
  return database.transaction(async (session) => {
    await session.run(BEGIN, [runId, number]);
  });
}

export async function selectCutOff(session: Session): Promise<readonly CutOffRepair[]> {
  const rows = await session.rows<
    FindingColumns & { run_id: string; found_by: string; run_source: string; begun_at: string }
  >(SELECT_CUT_OFF);
  return rows.map((row) => ({
    ...findingOf(row),
    runId: row.run_id,
    foundBy: row.found_by,
    begunAt: isoFromDatetime(row.begun_at),
    isByWorker: row.run_source === 'worker',
  }));
}

/** The run had no time to count it itself. */
export function finishRepair(
  database: Database,
  repair: RepairOf,
  outcome: RepairOutcome,
): Promise<boolean> {
  return database.transaction(async (session) => {
    const isWritten = await writeOutcome(session, repair, outcome);
    if (isWritten && outcome.status === 'repaired') {
      await session.run(COUNT_REPAIR, [repair.runId]);
    }
    return isWritten;
  });
}
