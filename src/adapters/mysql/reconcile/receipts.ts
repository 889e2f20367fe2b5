import type { RepairOf, RepairOutcome } from '../../../ports/reconcile-books.ts';
import type { Database } from '../database.ts';
import { clip } from '../pools/column-text.ts';
import type { Session } from '../session.ts';

const LOCK = `
  SELECT outcome, request_id, before_text, after_text FROM reconcile_findings
   WHERE run_id = CAST(? AS BINARY) AND number = ? FOR UPDATE`;

const RECEIPT = `
  UPDATE reconcile_findings
     SET outcome = 'repaired', request_id = ?, before_text = ?, after_text = ?, actor = ?, host = ?,
         source = ?, repaired_at = UTC_TIMESTAMP(6)
   WHERE run_id = CAST(? AS BINARY) AND number = ? AND outcome <> 'repaired'`;

const OUTCOME = `
  UPDATE reconcile_findings SET outcome = ?
   WHERE run_id = CAST(? AS BINARY) AND number = ? AND outcome <> 'repaired'`;

/** Locks a finding. @returns what an earlier repair of it came to; null: it is to be mended */
export async function repairedBefore(
  session: Session,
  { runId, number }: Pick<RepairOf, 'runId' | 'number'>,
): Promise<RepairOutcome | null> {
  const [row] = await session.rows<{
    outcome: string;
    request_id: string | null;
    before_text: string | null;
    after_text: string | null;
  }>(LOCK, [runId, number]);
  if (row === undefined) return { status: 'failed', reason: 'the books know no such finding' };
  if (row.outcome !== 'repaired') return null;
  const receipt = {
    requestId: row.request_id ?? '',
    before: row.before_text ?? '',
    after: row.after_text ?? '',
  };
  return { status: 'replayed', receipt };
}

/** Inside the transaction of the repair, or after a repair that others made. */
export async function writeOutcome(
  session: Session,
  repair: RepairOf,
  outcome: RepairOutcome,
): Promise<void> {
  const { runId, number, requestId, origin } = repair;
  if (outcome.status === 'replayed') return;
  if (outcome.status !== 'repaired') {
    await session.run(OUTCOME, [outcome.status, runId, number]);
    return;
  }
  await session.run(RECEIPT, [
    requestId,
    clip(outcome.before, 200),
    clip(outcome.after, 200),
    clip(origin.actor, 100),
    clip(origin.host, 255),
    clip(origin.source, 32),
    runId,
    number,
  ]);
}

export function recordRepair(
  database: Database,
  repair: RepairOf,
  outcome: RepairOutcome,
): Promise<void> {
  return database.transaction((session) => writeOutcome(session, repair, outcome));
}
