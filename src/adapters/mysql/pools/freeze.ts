import { randomBytes } from 'node:crypto';
import type { ShardProgress } from '../../../ports/pool-books.ts';
import type { SeenInRedis } from '../../../ports/shard-recovery.ts';
import type { Database } from '../database.ts';
import type { Session } from '../session.ts';
import { clip } from './column-text.ts';
import { inShard, moveShard } from './shard-rows.ts';
import { integer } from '../values.ts';

/** The first reason stays: it is what a person has to look at. */
const FREEZE = `
  UPDATE settlement_progress
     SET frozen_reason = ?, foreign_version = ?, foreign_token = ?, state = 'frozen'
   WHERE shard = ? AND state = 'ready'`;

const SELECT_FOREIGN =
  'SELECT foreign_version, foreign_token FROM settlement_progress WHERE shard = ?';

const FORGET_MARK = 'DELETE FROM settlement_log WHERE shard = ? AND version = ?';
const KNOW_MARK =
  'INSERT INTO settlement_log (shard, version, token, logged_at) VALUES (?, ?, ?, UTC_TIMESTAMP(6))';

/** Epochs that Redis has and these books never came to are over as well (assignments go from left to right). */
const OVERTAKE_EPOCHS = `
  UPDATE JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$[0]', epoch BIGINT PATH '$[1]')) AS seen
    STRAIGHT_JOIN pools b ON b.id = seen.id
     SET b.delegated = b.delegated - b.settled_cum, b.settled_seq = 0, b.settled_cum = 0, b.settled_ret = 0,
         b.sold = 0, b.returned = 0, b.duplicates = 0, b.epoch = seen.epoch + 1,
         b.grant_version = b.grant_version + 1
   WHERE b.shard = ? AND b.epoch < seen.epoch`;

const UNFREEZE = `
  UPDATE settlement_progress
     SET state = 'ready', frozen_reason = NULL, foreign_version = NULL, foreign_token = NULL,
         recover_request = generation
   WHERE shard = ?`;

/** The settlement that Redis knows and this MySQL does not. */
export interface ForeignMark {
  readonly version: number;
  readonly token: string;
}

/** Stops everything on a locked shard until a person has looked. */
export async function freezeShard(
  session: Session,
  shard: number,
  { reason, foreign }: { readonly reason: string; readonly foreign: ForeignMark | null },
): Promise<void> {
  await session.run(FREEZE, [
    clip(reason, 500),
    foreign?.version ?? null,
    tokenOrNull(foreign?.token ?? null),
    shard,
  ]);
}

export function freeze(database: Database, shard: number, reason: string): Promise<void> {
  return inShard(database, shard, (session) =>
    freezeShard(session, shard, { reason, foreign: null }),
  );
}

/**
 * A person has looked: the shard works again, and is recovered first. Where Redis knows a settlement
 * that this MySQL lost, the log takes its mark over and the versions go on behind it, or the shard would
 * be frozen again at once; so do the generation and the epochs.
 */
export function unfreeze(database: Database, shard: number, seen?: SeenInRedis): Promise<void> {
  return inShard(database, shard, async (session, progress) => {
    if (progress.state !== 'frozen') return;
    const foreign = await foreignMark(session, progress, seen);
    let behind = progress;
    if (foreign !== null) {
      const { version, token } = foreign;
      await session.run(FORGET_MARK, [shard, version]);
      await session.run(KNOW_MARK, [shard, version, token ?? randomBytes(16)]);
      behind = { ...progress, version: Math.max(progress.version, version) };
    }
    const generation = Math.max(progress.generation, (seen?.generation ?? -1) + 1);
    await moveShard(session, behind, { generation });
    const epochs = JSON.stringify([...(seen?.createdEpochs ?? [])]);
    await session.run(OVERTAKE_EPOCHS, [epochs, shard]);
    await session.run(UNFREEZE, [shard]);
  });
}

/** The mark that Redis has and this log may lack; null where there is none. */
async function foreignMark(
  session: Session,
  { shard }: ShardProgress,
  seen: SeenInRedis | undefined,
): Promise<{ readonly version: number; readonly token: Buffer | null } | null> {
  if (seen !== undefined) {
    const { ackVersion, ackToken } = seen;
    if (ackVersion === 0) return null;
    return { version: ackVersion, token: tokenOrNull(ackToken) };
  }
  const [row] = await session.rows<{
    foreign_version: number | null;
    foreign_token: Buffer | null;
  }>(SELECT_FOREIGN, [shard]);
  const version = row?.foreign_version ?? null;
  return version === null ? null : { version: integer(version), token: row?.foreign_token ?? null };
}

function tokenOrNull(token: string | null): Buffer | null {
  return token !== null && /^[0-9a-f]{32}$/.test(token) ? Buffer.from(token, 'hex') : null;
}
