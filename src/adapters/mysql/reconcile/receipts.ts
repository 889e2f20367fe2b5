import { MENDED_BEFORE } from '../../../domain/reconcile/verdict.ts';
import type { Receipt, RepairOf, RepairOutcome } from '../../../ports/repairs.ts';
import type { Database } from '../database.ts';
import { clip } from '../pools/column-text.ts';
import type { Session } from '../session.ts';

/** A plan that is applied by two processes at once finds the same row here, whatever their own runs are. */
const LOCK = `
  SELECT 1 AS found FROM reconcile_findings WHERE run_id = CAST(? AS BINARY) AND number = ? FOR UPDATE`;

const SELECT_RECEIPT = `
  SELECT run_id, request_id, before_text, after_text FROM reconcile_findings
   WHERE request_id = CAST(? AS BINARY)`;

const RECEIPT = `
  UPDATE reconcile_findings
     SET outcome = 'repaired', request_id = ?, before_text = ?, after_text = ?, actor = ?, host = ?,
         source = ?, repaired_at = UTC_TIMESTAMP(6)
   WHERE run_id = CAST(? AS BINARY) AND number = ? AND outcome <> 'repaired'`;

/** Its receipt stays where it is. */
const REPLAYED = `
  UPDATE reconcile_findings f JOIN reconcile_findings made ON made.request_id = CAST(? AS BINARY)
     SET f.outcome = 'repaired', f.repaired_at = made.repaired_at, f.reason = ?
   WHERE f.run_id = CAST(? AS BINARY) AND f.number = ? AND f.outcome <> 'repaired'`;

const OUTCOME = `
  UPDATE reconcile_findings SET outcome = ?, reason = ?
   WHERE run_id = CAST(? AS BINARY) AND number = ? AND outcome <> 'repaired'`;

/** Locks a finding. @returns what an earlier repair of it came to; null: it is to be mended */
export async function repairedBefore(
  session: Session,
  { foundBy, number, requestId }: Pick<RepairOf, 'foundBy' | 'number' | 'requestId'>,
): Promise<RepairOutcome | null> {
  if ((await session.rows(LOCK, [foundBy, number])).length === 0) {
    return { status: 'failed', reason: 'the books know no such finding' };
  }
  const receipt = await selectReceipt(session, requestId);
  return receipt === null ? null : { status: 'replayed', receipt };
}

export async function selectReceipt(session: Session, requestId: string): Promise<Receipt | null> {
  const [row] = await session.rows<{
    run_id: string;
    request_id: string;
    before_text: string | null;
    after_text: string | null;
  }>(SELECT_RECEIPT, [requestId]);
  if (row === undefined) return null;
  return {
    runId: row.run_id,
    requestId: row.request_id,
    before: row.before_text ?? '',
    after: row.after_text ?? '',
  };
}

/**
 * Inside the transaction of the repair, or after a repair that others made.
 * @returns false: it has a receipt already
 */
export async function writeOutcome(
  session: Session,
  repair: RepairOf,
  outcome: RepairOutcome,
): Promise<boolean> {
  const { runId, number, requestId, origin } = repair;
  if (outcome.status === 'replayed') {
    const replayed = [requestId, MENDED_BEFORE, runId, number];
    return (await session.run(REPLAYED, replayed)).matched > 0;
  }
  if (outcome.status !== 'repaired') {
    const reason = outcome.status === 'gone' ? null : clip(outcome.reason, 1000);
    return (await session.run(OUTCOME, [outcome.status, reason, runId, number])).matched > 0;
  }
  const { matched } = await session.run(RECEIPT, [
    requestId,
    clip(outcome.before, 200),
    clip(outcome.after, 200),
    clip(origin.actor, 100),
    clip(origin.host, 255),
    clip(origin.source, 32),
    runId,
    number,
  ]);
  return matched > 0;
}

export async function recordRepair(
  database: Database,
  repair: RepairOf,
  outcome: RepairOutcome,
): Promise<void> {
  await database.transaction((session) => writeOutcome(session, repair, outcome));
}
