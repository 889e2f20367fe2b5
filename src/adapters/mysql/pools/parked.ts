import type { ParkedEvent } from '../../../ports/parked-event.ts';
import type { WriteContext } from '../../../ports/write-context.ts';
import type { Database } from '../database.ts';
import type { Session } from '../session.ts';
import { signature, unitOfWork } from '../unit-of-work.ts';
import { integer, isoFromDatetime } from '../values.ts';
import { bookOversold } from './oversold.ts';

const COLUMNS = `
  id, shard, event_id, kind, reason, payload, pool_id, pool_epoch, posting_id, units, attempts, parked_at,
  resolved_at, resolution, request_id`;

const SELECT_OPEN = `SELECT ${COLUMNS} FROM parked_events WHERE resolved_at IS NULL ORDER BY id LIMIT ?`;
const SELECT_ALL = `SELECT ${COLUMNS} FROM parked_events ORDER BY id LIMIT ?`;
const LOCK = `SELECT ${COLUMNS} FROM parked_events WHERE id = ? FOR UPDATE`;

const RESOLVE = `
  UPDATE parked_events
     SET actor = ?, host = ?, source = ?, request_id = ?, resolution = ?, resolved_at = UTC_TIMESTAMP(6)
   WHERE id = ?`;

const COUNT_ATTEMPT = 'UPDATE parked_events SET attempts = attempts + 1 WHERE id = ?';

export interface ParkedEventRow {
  readonly id: number;
  readonly shard: number;
  readonly event_id: string;
  readonly kind: ParkedEvent['kind'];
  readonly reason: string;
  readonly payload: string;
  readonly pool_id: number | null;
  readonly pool_epoch: number | null;
  readonly posting_id: number | null;
  readonly units: number | null;
  readonly attempts: number;
  readonly parked_at: string;
  readonly resolved_at: string | null;
  readonly resolution: 'settled' | 'discarded' | null;
  readonly request_id: string | null;
}

export async function selectParked(
  session: Session,
  { includeResolved, limit }: { readonly includeResolved: boolean; readonly limit: number },
): Promise<readonly ParkedEvent[]> {
  const sql = includeResolved ? SELECT_ALL : SELECT_OPEN;
  // A limit travels as text: the driver sends numbers as doubles, which MySQL refuses in a LIMIT.
  return (await session.rows<ParkedEventRow>(sql, [String(limit)])).map(parkedFrom);
}

type Retried = 'settled' | 'still_parked' | 'resolved_before' | 'not_found';

/**
 * Tries again. Only units that were not in stock can be settled later, when there are enough; whatever
 * else is parked is settled already as far as it can be, and waits to be looked at and discarded.
 */
export function retryParked(database: Database, id: number, write: WriteContext): Promise<Retried> {
  return unitOfWork<Retried>(database, write, async (session) => {
    const [row] = await session.rows<ParkedEventRow>(LOCK, [id]);
    if (row === undefined) return 'not_found';
    if (row.resolution !== null) {
      return isRerun(row, 'settled', write) ? 'settled' : 'resolved_before';
    }
    if (!(await bookOversold(session, row, write))) {
      await session.run(COUNT_ATTEMPT, [id]);
      return 'still_parked';
    }
    await session.run(RESOLVE, [...signature(write), 'settled', id]);
    return 'settled';
  });
}

type Discarded = 'discarded' | 'resolved_before' | 'not_found';

/** A person has seen to it by other means. */
export function discardParked(
  database: Database,
  id: number,
  write: WriteContext,
): Promise<Discarded> {
  return unitOfWork<Discarded>(database, write, async (session) => {
    const [row] = await session.rows<ParkedEventRow>(LOCK, [id]);
    if (row === undefined) return 'not_found';
    if (row.resolution !== null) {
      return isRerun(row, 'discarded', write) ? 'discarded' : 'resolved_before';
    }
    await session.run(RESOLVE, [...signature(write), 'discarded', id]);
    return 'discarded';
  });
}

/** The answer to a request that was lost on its way is asked for again. */
function isRerun(
  row: ParkedEventRow,
  resolution: 'settled' | 'discarded',
  { requestId }: WriteContext,
): boolean {
  return row.resolution === resolution && row.request_id === requestId;
}

function parkedFrom(row: ParkedEventRow): ParkedEvent {
  return {
    id: integer(row.id),
    shard: integer(row.shard),
    eventId: row.event_id,
    kind: row.kind,
    bucketId: row.pool_id === null ? null : integer(row.pool_id),
    units: row.units === null ? null : integer(row.units),
    reason: row.reason,
    payload: row.payload,
    attempts: integer(row.attempts),
    parkedAt: isoFromDatetime(row.parked_at),
    resolvedAt: row.resolved_at === null ? null : isoFromDatetime(row.resolved_at),
    resolution: row.resolution,
  };
}
