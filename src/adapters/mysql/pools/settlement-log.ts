import { assert } from '../../../lib/assert.ts';
import type { ShardProgress } from '../../../ports/pool-books.ts';
import type { Session } from '../session.ts';
import { integer } from '../values.ts';
import type { Mark } from './shard-rows.ts';

const SELECT_MARKS = `
  SELECT UTC_TIMESTAMP(6) AS now,
         (SELECT MIN(version) FROM settlement_log WHERE shard = ?) AS oldest,
         (SELECT LOWER(HEX(token)) FROM settlement_log WHERE shard = ? AND version = ?) AS current_token,
         (SELECT LOWER(HEX(token)) FROM settlement_log WHERE shard = ? AND version = ?) AS told_token`;

/** A copy of MySQL that is older than this is not noticed by the log, nor is a log longer than this of use. */
const PRUNE = `
  DELETE FROM settlement_log
   WHERE shard = ? AND version < ? AND (version < ? OR logged_at < UTC_TIMESTAMP(6) - INTERVAL 30 DAY)
   ORDER BY version LIMIT 256`;

const ROWS_MAX = 1_000_000;
const PRUNED_EVERY = 64;

interface MarksRow {
  readonly now: string;
  readonly oldest: number | null;
  readonly current_token: string | null;
  readonly told_token: string | null;
}

/**
 * Whether MySQL has the settlement that Redis was last told of. If not, it was restored from an older
 * copy (or it is another one). What the log has forgotten by age says nothing.
 */
export async function checkAcknowledged(
  session: Session,
  { shard, version }: ShardProgress,
  told: { readonly ackVersion: number; readonly ackToken: string | null },
): Promise<{ readonly now: string; readonly current: Mark; readonly isForeign: boolean }> {
  const [row] = await session.rows<MarksRow>(SELECT_MARKS, [
    shard,
    shard,
    version,
    shard,
    told.ackVersion,
  ]);
  assert(typeof row?.current_token === 'string', 'every version has its row in the log');
  const { now, oldest, current_token: token, told_token: ours } = row;
  const isForgotten = ours === null && oldest !== null && told.ackVersion < integer(oldest);
  const isForeign = told.ackVersion > 0 && !isForgotten && ours !== told.ackToken;
  return { now, current: { version, token }, isForeign };
}

/** Keeps the log bounded, and in it whatever Redis may still name. */
export async function pruneLog(
  session: Session,
  position: { readonly shard: number; readonly version: number; readonly ackVersion: number },
): Promise<void> {
  const { shard, version, ackVersion } = position;
  if (version % PRUNED_EVERY !== 0) return;
  await session.run(PRUNE, [shard, ackVersion, version - ROWS_MAX]);
}
