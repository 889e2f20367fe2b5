import type { PoolBucket, StreamId } from '../../../domain/pool.ts';
import { Rollback } from '../database.ts';
import type { Database } from '../database.ts';
import { clip } from './column-text.ts';
import { selectShard } from './select-shard.ts';
import { inShard, moveShard } from './shard-rows.ts';
import type { Mark } from './shard-rows.ts';

const REQUEST = `
  UPDATE settlement_progress SET recover_request = GREATEST(COALESCE(recover_request, 0), ?) WHERE shard = ?`;

const LOCK_LIVE =
  "SELECT id FROM pools WHERE shard = ? AND state <> 'closed' ORDER BY id FOR UPDATE";

/** A new epoch: what is outstanding is handed over anew, less what lost sales may own (assignments go from left to right). */
const REBUILD = `
  UPDATE pools
     SET quarantine = quarantine + LEAST(delegated - settled_cum, ?),
         delegated = delegated - settled_cum - LEAST(delegated - settled_cum, ?),
         settled_seq = 0, settled_cum = 0, settled_ret = 0, sold = 0, returned = 0, duplicates = 0,
         epoch = epoch + 1, grant_version = grant_version + 1
   WHERE shard = ? AND state <> 'closed'`;

/** Before it: what is lost at most, for the history of the pool. */
const NOTE_REBUILD = `
  INSERT INTO pool_operations (request_id, kind, pool_id, epoch, quantity, reason, actor, host, source, done_at)
  SELECT CONCAT('rebuild:', b.id, ':', b.epoch + 1), 'rebuild', f.id, b.epoch + 1,
         LEAST(b.delegated - b.settled_cum, ?), ?, 'inv', '-', 'recovery', UTC_TIMESTAMP(6)
    FROM pools b
    JOIN pools f ON f.product_id = b.product_id AND f.location_id = b.location_id AND f.bucket = 0
   WHERE b.shard = ? AND b.state <> 'closed'`;

/**
 * The same where Redis is opened as it is: what is outstanding it may have sold, and forgotten. Once for
 * each process of Redis, however many begin to adopt it.
 */
const NOTE_ADOPTION = `
  INSERT INTO pool_operations (request_id, kind, pool_id, epoch, quantity, reason, actor, host, source, done_at)
  SELECT CONCAT('adopt:', b.id, ':', b.epoch, ':', ?), 'adopt', f.id, b.epoch, b.delegated - b.settled_cum, ?,
         'inv', '-', 'recovery', UTC_TIMESTAMP(6)
    FROM pools b
    JOIN pools f ON f.product_id = b.product_id AND f.location_id = b.location_id AND f.bucket = 0
    LEFT JOIN pool_operations known
           ON known.request_id = CAST(CONCAT('adopt:', b.id, ':', b.epoch, ':', ?) AS BINARY)
   WHERE b.shard = ? AND b.state <> 'closed' AND b.delegated > b.settled_cum AND known.request_id IS NULL`;

const NOTE_RUN = 'UPDATE settlement_progress SET redis_run = ? WHERE shard = ? AND generation = ?';

/** LOAD drops every hold, so no order of an earlier epoch is held any more. */
const END_HOLDS = `
  UPDATE orders o JOIN pools b ON b.id = o.pool_id
     SET o.state = IF(o.deadline <= UTC_TIMESTAMP(6), 'expired', 'cancelled'), o.updated_at = UTC_TIMESTAMP(6)
   WHERE o.state = 'held' AND b.shard = ? AND b.state <> 'closed' AND o.pool_epoch < b.epoch`;

const ADOPTED =
  'another Redis has taken over, or it was started again: it may lack what it acknowledged last';

export function requestRecovery(
  database: Database,
  shard: number,
  generation: number,
): Promise<void> {
  return inShard(database, shard, async (session) => {
    await session.run(REQUEST, [generation, shard]);
  });
}

/** gen + 1, ver + 1: every batch that was read before is overtaken. */
export function beginRecovery(database: Database, shard: number): Promise<number | null> {
  return inShard(database, shard, async (session, progress) => {
    if (progress.state === 'frozen') return null;
    const generation = progress.generation + 1;
    await moveShard(session, progress, { generation });
    return generation;
  });
}

export function adoptPosition(
  database: Database,
  shard: number,
  options: {
    readonly generation: number;
    readonly lastGeneratedId: StreamId;
    readonly redisRun: string | null;
    readonly mayHaveLost: boolean;
  },
): Promise<boolean> {
  return inShard(database, shard, async (session, progress) => {
    const { generation, lastGeneratedId: watermark } = options;
    if (progress.state === 'frozen' || progress.generation !== generation) return false;
    if (options.mayHaveLost) {
      await session.rows(LOCK_LIVE, [shard]);
      const once = options.redisRun ?? `generation ${generation}`;
      await session.run(NOTE_ADOPTION, [once, ADOPTED, once, shard]);
    }
    await moveShard(session, progress, { watermark });
    return true;
  });
}

export function noteOpened(
  database: Database,
  shard: number,
  { generation, redisRun }: { readonly generation: number; readonly redisRun: string | null },
): Promise<void> {
  return inShard(database, shard, async (session) => {
    await session.run(NOTE_RUN, [redisRun, shard, generation]);
  });
}

export function rebuild(
  database: Database,
  shard: number,
  options: {
    readonly generation: number;
    readonly lossy: boolean;
    readonly reason: string;
    readonly lastGeneratedId: StreamId;
    readonly redisRun: string | null;
  },
): Promise<readonly PoolBucket[] | null> {
  return inShard<readonly PoolBucket[] | null>(database, shard, async (session, progress) => {
    if (progress.state === 'frozen' || progress.generation !== options.generation) return null;
    await session.rows(LOCK_LIVE, [shard]);
    const { lossLimit } = progress;
    const lostMax = options.lossy ? (lossLimit ?? Number.MAX_SAFE_INTEGER) : 0;
    await session.run(NOTE_REBUILD, [lostMax, clip(options.reason, 200), shard]);
    const lost = options.lossy ? (lossLimit ?? 0) : 0;
    await session.run(REBUILD, [lost, lost, shard]);
    await session.run(END_HOLDS, [shard]);
    const { lastGeneratedId: watermark, redisRun } = options;
    await moveShard(session, progress, { watermark, redisRun });
    return (await selectShard(session, shard, { includeClosed: false })).buckets;
  });
}

/** A row of the log when nothing settles: the CAS on the version is what makes it safe at any time. */
export function heartbeat(
  database: Database,
  shard: number,
  version: number,
): Promise<Mark | null> {
  return inShard<Mark | null>(database, shard, (session, progress) => {
    if (progress.state === 'frozen' || progress.version !== version) {
      throw new Rollback<Mark | null>(null);
    }
    return moveShard(session, progress);
  });
}
