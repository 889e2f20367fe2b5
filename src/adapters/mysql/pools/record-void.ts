import type { LedgerAnswer, PoolBooks, VoidRequest } from '../../../ports/pool-books.ts';
import type { WriteContext } from '../../../ports/write-context.ts';
import { Rollback } from '../database.ts';
import type { Database } from '../database.ts';
import { isDuplicateKey } from '../errors.ts';
import { hexLiteral } from '../row-statements.ts';
import type { TextLiteral } from '../row-statements.ts';
import type { Session } from '../session.ts';
import { askTogether } from '../together.ts';
import { signature, unitOfWork } from '../unit-of-work.ts';
import { datetimeFromIso, integer } from '../values.ts';
import { answerOf, answersOf, databaseNow } from './answers.ts';

/** Shared, so that many who are refused at once do not wait for each other; a recovery waits for them. */
const SELECT_GENERATIONS = `
  SELECT s.shard, s.generation
    FROM JSON_TABLE(?, '$[*]' COLUMNS (shard INT PATH '$')) AS asked
    STRAIGHT_JOIN settlement_progress s ON s.shard = asked.shard
    LOCK IN SHARE MODE`;

const COLUMNS =
  'actor, host, source, request_id, fingerprint, kind, strategy, occurred_at, posted_at';

const INSERT_VOID = `
  INSERT INTO postings (${COLUMNS})
  VALUES (?, ?, ?, ?, ?, 'void', 'lua', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`;

const INSERT_VOIDS = `INSERT INTO postings (${COLUMNS}) VALUES`;

type VoidOutcome = LedgerAnswer | { readonly status: 'late' } | { readonly status: 'moved' };

interface VoidToRecord {
  readonly request: VoidRequest;
  readonly write: WriteContext;
}

/**
 * VOID: records a NO, unless the id stands for something already, the time is up, or a shard that said
 * NO was recovered since. Those that come together are recorded together, apart for each shard: a
 * recovery holds up the refusals of its own shard only.
 */
export function createRecordVoid(database: Database): PoolBooks['recordVoid'] {
  const byShard = new Map<number, (one: VoidToRecord) => Promise<VoidOutcome>>();
  return (request, write) => {
    if (write.dryRun) return recordOne(database, { request, write });
    const shard = Math.min(...request.generations.keys());
    let record = byShard.get(shard);
    if (record === undefined) {
      record = askTogether({
        label: database.label,
        // Two units with the same id would wait for each other, and one of them would fail.
        unitsInFlightMax: 1,
        ask: (all) => recordAll(database, all),
      });
      byShard.set(shard, record);
    }
    return record({ request, write });
  };
}

/** One of the ids may be written by another meanwhile: then it is known the next time. */
const TOGETHER_MAX = 3;

/** In one transaction; where others write the same ids again and again, in smaller and smaller ones. */
async function recordAll(
  database: Database,
  all: readonly VoidToRecord[],
): Promise<readonly VoidOutcome[]> {
  const [only, ...others] = all;
  if (only === undefined) return [];
  if (others.length === 0) return [await recordOne(database, only)];
  for (let attempt = 1; attempt <= TOGETHER_MAX; attempt += 1) {
    const outcomes = await recordTogether(database, all);
    if (outcomes !== null) return outcomes;
  }
  const half = Math.ceil(all.length / 2);
  const first = await recordAll(database, all.slice(0, half));
  return [...first, ...(await recordAll(database, all.slice(half)))];
}

/** @returns null when nothing was recorded: another writer has one of the ids, or a time was up meanwhile */
async function recordTogether(
  database: Database,
  all: readonly VoidToRecord[],
): Promise<readonly VoidOutcome[] | null> {
  try {
    return await database.transaction<readonly VoidOutcome[] | null>(async (session) => {
      const shards = all.flatMap(({ request }) => [...request.generations.keys()]);
      const generations = await generationsOf(session, shards);
      const ids = [...new Set(all.map(({ write }) => write.requestId))];
      const known = await answersOf(session, ids);
      const startsAt = await databaseNow(session);
      const outcomes = new Map<VoidToRecord, VoidOutcome>();
      for (const one of all) {
        const earlier = known.get(one.write.requestId) ?? NONE;
        if (earlier.status !== 'none') outcomes.set(one, earlier);
        else if (!areStill(generations, one.request.generations)) outcomes.set(one, MOVED);
        else if (isLate(one, startsAt)) outcomes.set(one, LATE);
      }
      const first = firstOfEach(all.filter((one) => !outcomes.has(one)));
      await insertVoids(session, [...first.values()]);
      const endsAt = await databaseNow(session);
      if ([...first.values()].some((one) => isLate(one, endsAt))) throw new Rollback(null);
      return all.map((one) => outcomes.get(one) ?? recorded(first.get(one.write.requestId) ?? one));
    });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return null;
  }
}

const NONE = { status: 'none' } as const;
const LATE = { status: 'late' } as const;
const MOVED = { status: 'moved' } as const;

function isLate({ request }: VoidToRecord, now: string): boolean {
  return now > datetimeFromIso(request.notAfter);
}

function recorded({ request }: VoidToRecord): VoidOutcome {
  return { status: 'void', fingerprint: request.fingerprint };
}

/** In the order of the ids: so all writers meet them in one order. */
function firstOfEach(voids: readonly VoidToRecord[]): ReadonlyMap<string, VoidToRecord> {
  const byId = new Map<string, VoidToRecord>();
  for (const one of voids) {
    if (!byId.has(one.write.requestId)) byId.set(one.write.requestId, one);
  }
  return new Map([...byId].sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function insertVoids(session: Session, voids: readonly VoidToRecord[]): Promise<void> {
  const literalOf = ({ request, write }: VoidToRecord, text: TextLiteral): string => {
    const { actor, host, source } = write.origin;
    return (
      `(${text(actor)},${text(host)},${text(source)},${text(write.requestId)},` +
      `${hexLiteral(request.fingerprint)},'void','lua',UTC_TIMESTAMP(6),UTC_TIMESTAMP(6))`
    );
  };
  await session.prepareRows({ sql: INSERT_VOIDS, items: voids, literalOf }).send();
}

/** The time is asked after the INSERT: it may have waited for another writer of the same id. */
async function recordOne(
  database: Database,
  { request, write }: VoidToRecord,
): Promise<VoidOutcome> {
  const { fingerprint, generations } = request;
  try {
    return await unitOfWork<VoidOutcome>(database, write, async (session) => {
      const now = await generationsOf(session, [...generations.keys()]);
      if (!areStill(now, generations)) {
        throw new Rollback<VoidOutcome>(await movedAnswer(session, write.requestId));
      }
      await session.run(INSERT_VOID, [...signature(write), Buffer.from(fingerprint, 'hex')]);
      if (isLate({ request, write }, await databaseNow(session))) {
        throw new Rollback<VoidOutcome>(LATE);
      }
      return recorded({ request, write });
    });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return database.read((session) => answerOf(session, write.requestId));
  }
}

/** Of these shards, as they are now; they stay so until the transaction ends. */
async function generationsOf(
  session: Session,
  shards: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  if (shards.length === 0) return new Map();
  const asked = [...new Set(shards)].sort((a, b) => a - b);
  const rows = await session.rows<{ shard: number; generation: number }>(SELECT_GENERATIONS, [
    JSON.stringify(asked),
  ]);
  return new Map(rows.map((row) => [integer(row.shard), integer(row.generation)]));
}

function areStill(
  now: ReadonlyMap<number, number>,
  generations: ReadonlyMap<number, number>,
): boolean {
  return [...generations].every(([shard, generation]) => now.get(shard) === generation);
}

/** What the id stands for already is true in any generation. */
async function movedAnswer(session: Session, requestId: string): Promise<VoidOutcome> {
  const known = await answerOf(session, requestId);
  return known.status === 'none' ? MOVED : known;
}
