import { bucketsOfGroup } from '../../../domain/pool.ts';
import type { BucketMark } from '../../../domain/pool.ts';
import type { ShardMarks, ShardProgress } from '../../../ports/pool-books.ts';
import type { Session } from '../session.ts';
import { integer } from '../values.ts';
import { PROGRESS_COLUMNS, progressFrom, untouchedShard } from './shard-rows.ts';
import type { ProgressRow } from './shard-rows.ts';

const SELECT_PROGRESS = `SELECT ${PROGRESS_COLUMNS} FROM settlement_progress s WHERE s.shard = ?`;

/** A text a bucket: the driver takes longer over a number than the server over writing it. */
const SELECT_MARKS = `
  SELECT CONCAT_WS(' ', b.id, b.epoch, b.grant_version, b.delegated, b.settled_seq, b.settled_cum,
                   b.sold + b.returned + b.duplicates = b.settled_cum) AS mark
    FROM JSON_TABLE(?, '$[*]' COLUMNS (first BIGINT PATH '$[0]', below BIGINT PATH '$[1]')) AS asked
    STRAIGHT_JOIN pools b ON b.id >= asked.first AND b.id < asked.below
   WHERE b.shard = ? AND b.state <> 'closed'`;

/**
 * The marks first: a shard whose generation, version and state are still in order after them was so when
 * they were read.
 */
export async function selectShardMarks(
  session: Session,
  shard: number,
  groups: readonly number[],
): Promise<ShardMarks> {
  const asked = groups.map(bucketsOfGroup).map(({ from, below }) => [from, below]);
  const rows = await session.rows<{ mark: string }>(SELECT_MARKS, [JSON.stringify(asked), shard]);
  return {
    progress: await selectProgress(session, shard),
    marks: rows.map(({ mark }) => markFrom(mark)),
  };
}

export async function selectProgress(session: Session, shard: number): Promise<ShardProgress> {
  const [progress] = await session.rows<ProgressRow>(SELECT_PROGRESS, [shard]);
  return progress === undefined ? untouchedShard(shard) : progressFrom(progress);
}

function markFrom(text: string): BucketMark {
  const [
    id = 0,
    epoch = 0,
    grantVersion = 0,
    delegated = 0,
    settledSeq = 0,
    settledCum = 0,
    counted,
  ] = text.split(' ').map(integer);
  return { id, epoch, grantVersion, delegated, settledSeq, settledCum, isCounted: counted === 1 };
}
