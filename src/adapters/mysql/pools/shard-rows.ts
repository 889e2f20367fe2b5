import { randomBytes } from 'node:crypto';
import { assert } from '../../../lib/assert.ts';
import type { ShardProgress } from '../../../ports/pool-books.ts';
import type { Database } from '../database.ts';
import { Rollback } from '../database.ts';
import { isDuplicateKey } from '../errors.ts';
import type { Session } from '../session.ts';
import { integer } from '../values.ts';

export const PROGRESS_COLUMNS = `
  s.shard, s.generation, s.version, s.watermark_ms, s.watermark_seq, s.recover_request,
  s.state AS shard_state, s.frozen_reason, s.loss_limit, CAST(s.redis_run AS CHAR) AS redis_run`;

const LOCK_SHARDS = `
  SELECT ${PROGRESS_COLUMNS}
    FROM JSON_TABLE(?, '$[*]' COLUMNS (shard INT PATH '$')) AS asked
    STRAIGHT_JOIN settlement_progress s ON s.shard = asked.shard
     FOR UPDATE`;

const INSERT_LOG =
  'INSERT INTO settlement_log (shard, version, token, logged_at) VALUES (?, ?, ?, UTC_TIMESTAMP(6))';

const MOVE = `
  UPDATE settlement_progress
     SET version = ?, generation = ?, watermark_ms = ?, watermark_seq = ?, redis_run = ?
   WHERE shard = ?`;

export interface ProgressRow {
  readonly shard: number;
  readonly generation: number;
  readonly version: number;
  readonly watermark_ms: number;
  readonly watermark_seq: number;
  readonly recover_request: number | null;
  readonly shard_state: 'ready' | 'frozen';
  readonly frozen_reason: string | null;
  readonly loss_limit: number | null;
  readonly redis_run: string | null;
}

export function progressFrom(row: ProgressRow): ShardProgress {
  return {
    shard: integer(row.shard),
    generation: integer(row.generation),
    version: integer(row.version),
    watermark: { ms: integer(row.watermark_ms), seq: integer(row.watermark_seq) },
    recoverRequest: row.recover_request === null ? null : integer(row.recover_request),
    state: row.shard_state,
    frozenReason: row.frozen_reason,
    lossLimit: row.loss_limit === null ? null : integer(row.loss_limit),
    redisRun: row.redis_run,
  };
}

/** A shard on which nothing has happened yet: its row is made by the first unit that locks it. */
export function untouchedShard(shard: number): ShardProgress {
  return {
    shard,
    generation: 0,
    version: 0,
    watermark: { ms: 0, seq: 0 },
    recoverRequest: null,
    state: 'ready',
    frozenReason: null,
    lossLimit: null,
    redisRun: null,
  };
}

/** Thrown out of a transaction that needs shard rows which do not exist. */
class MissingShards {
  readonly shards: readonly number[];
  constructor(shards: readonly number[]) {
    this.shards = shards;
  }
}

export type LockedShards = ReadonlyMap<number, ShardProgress>;

/**
 * A transaction whose first statement locks these shards, in order. Rows that are missing are made
 * first, in transactions of their own: two who make one must not wait for each other with locks held.
 */
export async function inShards<T>(
  database: Database,
  shards: readonly number[],
  work: (session: Session, locked: LockedShards) => Promise<T>,
): Promise<T> {
  for (;;) {
    const result = await database.transaction<T | MissingShards>(async (session) => {
      const locked = await lockShards(session, shards);
      const missing = shards.filter((shard) => !locked.has(shard));
      if (missing.length > 0) throw new Rollback(new MissingShards(missing));
      return work(session, locked);
    });
    if (!(result instanceof MissingShards)) return result;
    for (const shard of result.shards) await createShard(database, shard);
  }
}

/** The same for one shard. */
export function inShard<T>(
  database: Database,
  shard: number,
  work: (session: Session, progress: ShardProgress) => Promise<T>,
): Promise<T> {
  return inShards(database, [shard], (session, locked) => work(session, progressOf(locked, shard)));
}

export function progressOf(locked: LockedShards, shard: number): ShardProgress {
  const progress = locked.get(shard);
  assert(progress !== undefined, 'a shard that is worked on is locked');
  return progress;
}

async function lockShards(session: Session, shards: readonly number[]): Promise<LockedShards> {
  const ordered = [...new Set(shards)].sort((a, b) => a - b);
  const rows = await session.rows<ProgressRow>(LOCK_SHARDS, [JSON.stringify(ordered)]);
  return new Map(rows.map((row) => [integer(row.shard), progressFrom(row)]));
}

/** Every version has its row in the log, the first one too; so the log row comes first. */
async function createShard(database: Database, shard: number): Promise<void> {
  await database.read(async (session) => {
    await insertUnlessThere(session, INSERT_LOG, [shard, 0, randomBytes(16)]);
    await insertUnlessThere(session, 'INSERT INTO settlement_progress (shard) VALUES (?)', [shard]);
  });
}

async function insertUnlessThere(
  session: Session,
  sql: string,
  parameters: readonly (number | Buffer)[],
): Promise<void> {
  try {
    await session.run(sql, parameters);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}

export interface Mark {
  readonly version: number;
  /** 32 hex digits. */
  readonly token: string;
}

/** Moves the position of a locked shard: version + 1, with its row in the log. */
export async function moveShard(
  session: Session,
  progress: ShardProgress,
  to: Partial<Pick<ShardProgress, 'generation' | 'watermark' | 'redisRun'>> = {},
): Promise<Mark> {
  const { generation, watermark, redisRun } = { ...progress, ...to };
  const token = randomBytes(16);
  const version = progress.version + 1;
  const at = [watermark.ms, watermark.seq, redisRun, progress.shard];
  await session.run(MOVE, [version, generation, ...at]);
  await session.run(INSERT_LOG, [progress.shard, version, token]);
  return { version, token: token.toString('hex') };
}
