import type { LedgerAnswer, VoidRequest } from '../../../ports/pool-books.ts';
import type { WriteContext } from '../../../ports/write-context.ts';
import { assert } from '../../../lib/assert.ts';
import { Rollback } from '../database.ts';
import type { Database } from '../database.ts';
import { isDuplicateKey } from '../errors.ts';
import { findPostings, loadPostings } from '../postings.ts';
import type { Session } from '../session.ts';
import { signature, unitOfWork } from '../unit-of-work.ts';
import { datetimeFromIso, integer, isoFromDatetime } from '../values.ts';

/** Shared, so that many who are refused at once do not wait for each other; a recovery waits for them. */
const SELECT_GENERATIONS = `
  SELECT s.shard, s.generation
    FROM JSON_TABLE(?, '$[*]' COLUMNS (shard INT PATH '$')) AS asked
    STRAIGHT_JOIN settlement_progress s ON s.shard = asked.shard
    LOCK IN SHARE MODE`;

const SELECT_NOW = 'SELECT UTC_TIMESTAMP(6) AS now';

const INSERT_VOID = `
  INSERT INTO postings (actor, host, source, request_id, fingerprint, kind, strategy, occurred_at, posted_at)
  VALUES (?, ?, ?, ?, ?, 'void', 'lua', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`;

/** LOOKUP: what the ledger knows of a request, and the database's time. */
export function lookUp(
  database: Database,
  requestId: string,
): Promise<LedgerAnswer & { readonly now: string }> {
  return database.read(async (session) => {
    const now = isoFromDatetime(await databaseNow(session));
    return { ...(await answerOf(session, requestId)), now };
  });
}

type VoidOutcome = LedgerAnswer | { readonly status: 'late' } | { readonly status: 'moved' };

/**
 * VOID: records a NO, unless the id stands for something already, the time is up, or a shard that said
 * NO was recovered since. The time is asked again after the INSERT: it may have waited for another
 * writer of the same id.
 */
export async function recordVoid(
  database: Database,
  { fingerprint, notAfter, generations }: VoidRequest,
  write: WriteContext,
): Promise<VoidOutcome> {
  try {
    return await unitOfWork<VoidOutcome>(database, write, async (session) => {
      const isMoved = !(await areStill(session, generations));
      if (isMoved) throw new Rollback<VoidOutcome>(await movedAnswer(session, write.requestId));
      await session.run(INSERT_VOID, [...signature(write), Buffer.from(fingerprint, 'hex')]);
      if ((await databaseNow(session)) > datetimeFromIso(notAfter)) {
        throw new Rollback<VoidOutcome>({ status: 'late' });
      }
      return { status: 'void', fingerprint };
    });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return database.read((session) => answerOf(session, write.requestId));
  }
}

async function areStill(
  session: Session,
  generations: ReadonlyMap<number, number>,
): Promise<boolean> {
  if (generations.size === 0) return true;
  const shards = [...generations.keys()].sort((a, b) => a - b);
  const rows = await session.rows<{ shard: number; generation: number }>(SELECT_GENERATIONS, [
    JSON.stringify(shards),
  ]);
  const now = new Map(rows.map((row) => [integer(row.shard), integer(row.generation)]));
  return shards.every((shard) => now.get(shard) === generations.get(shard));
}

/** What the id stands for already is true in any generation. */
async function movedAnswer(session: Session, requestId: string): Promise<VoidOutcome> {
  const known = await answerOf(session, requestId);
  return known.status === 'none' ? { status: 'moved' } : known;
}

async function answerOf(session: Session, requestId: string): Promise<LedgerAnswer> {
  const known = await findPostings(session, [requestId]);
  const earlier = known.get(requestId);
  if (earlier === undefined) return { status: 'none' };
  const { fingerprint } = earlier;
  if (earlier.kind === 'void') return { status: 'void', fingerprint };
  const posting = (await loadPostings(session, known)).get(requestId);
  assert(posting !== undefined, 'a posting that exists can be loaded');
  return { status: 'booked', fingerprint, posting };
}

/** As a DATETIME(6). */
async function databaseNow(session: Session): Promise<string> {
  const [row] = await session.rows<{ now: string }>(SELECT_NOW);
  return row?.now ?? '';
}
