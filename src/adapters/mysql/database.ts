import type { PoolConnection } from 'mysql2/promise';
import { backoffMs } from '../../lib/backoff.ts';
import { InvError } from '../../lib/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import { isLockWaitTimeout, isLostAnswer, isRetryable, translate } from './errors.ts';
import { inTime } from './in-time.ts';
import { openPool } from './pool.ts';
import { sessionOf } from './session.ts';
import type { Session } from './session.ts';
import type { MysqlLimits, MysqlTarget } from './target.ts';

/**
 * The one way to MySQL. States of a connection: taken from the pool, in one unit of work, then
 * handed back when its state is known (committed, rolled back, or only read) and destroyed when not.
 */
export interface Database {
  readonly label: string;
  /** Reads, outside a transaction. @throws InvError STORE_UNAVAILABLE, NOT_PERMITTED, PENDING */
  read<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /**
   * One statement that is its own transaction (a CALL). Run again as a whole after a deadlock.
   * @throws InvError OUTCOME_UNKNOWN when the answer was lost
   */
  write<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /**
   * A transaction. On any error it is rolled back; after a deadlock, a lock wait timeout or a
   * changed row (1213, 1205, 1020) the whole of it runs again, a bounded number of times.
   * @throws InvError OUTCOME_UNKNOWN when the answer to COMMIT was lost: ask with the same request id
   */
  transaction<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /**
   * Reads of one moment, however long they take: every statement sees what was committed when the first
   * began. Nothing can be written. @throws InvError as `read` does
   */
  snapshot<T>(work: (session: Session) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Thrown inside a transaction to roll it back and have it return a value: an outcome, not an error. */
export class Rollback<T> extends Error {
  readonly value: T;
  constructor(value: T) {
    super('rolled back');
    this.value = value;
  }
}

/** A lock wait timeout has cost its whole time already: waiting on and on would look like a hang. */
const LOCK_WAITS_MAX = 2;

const BETWEEN_ATTEMPTS = { baseMs: 4, factor: 2, maxMs: 250 };

export async function openDatabase(options: {
  target: MysqlTarget;
  limits: MysqlLimits;
  clock: Clock;
}): Promise<Database> {
  const { target, limits, clock } = options;
  const pool = await openPool(target, limits);

  async function inConnection<T>(work: (connection: PoolConnection) => Promise<T>): Promise<T> {
    const connection = await pool.acquire();
    try {
      const value = await work(connection);
      pool.release(connection);
      return value;
    } catch (error) {
      if (error instanceof Rollback) pool.release(connection);
      else pool.destroy(connection);
      throw error;
    }
  }

  const again = <T>(unit: () => Promise<T>): Promise<T> =>
    runAgain(unit, { limits, clock, label: target.label });

  return {
    label: target.label,
    read: (work) => again(() => inConnection((c) => work(sessionOf(c, limits.statementTimeoutMs)))),
    write: (work) =>
      again(() =>
        inConnection(async (connection) => {
          try {
            return await work(sessionOf(connection, limits.statementTimeoutMs));
          } catch (error) {
            throw isLostAnswer(error) ? unknownOutcome(target, error) : error;
          }
        }),
      ),
    transaction: async <T>(work: (session: Session) => Promise<T>) => {
      try {
        return await again(() =>
          inConnection((connection) =>
            inTransaction(connection, { target, limits }, () =>
              work(sessionOf(connection, limits.statementTimeoutMs)),
            ),
          ),
        );
      } catch (error) {
        // Only the work of this transaction throws a Rollback here, so its value has its type.
        if (error instanceof Rollback) return (error as Rollback<T>).value;
        throw error;
      }
    },
    snapshot: (work) =>
      again(() =>
        inConnection((connection) =>
          inSnapshot(connection, limits, () =>
            work(sessionOf(connection, limits.statementTimeoutMs)),
          ),
        ),
      ),
    close: () => pool.close(),
  };
}

/** A unit that the server rolled back runs again as a whole, a bounded number of times. */
async function runAgain<T>(
  unit: () => Promise<T>,
  options: { readonly limits: MysqlLimits; readonly clock: Clock; readonly label: string },
): Promise<T> {
  const { limits, clock, label } = options;
  let lockWaits = 0;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await unit();
    } catch (error) {
      if (isLockWaitTimeout(error)) lockWaits += 1;
      const isLast = attempt >= limits.transactionAttemptsMax || lockWaits >= LOCK_WAITS_MAX;
      if (isLast || !isRetryable(error)) throw translate(error, label);
      await clock.sleep(backoffMs(attempt, clock.random(), BETWEEN_ATTEMPTS));
    }
  }
}

/** The isolation level is that of the next transaction only; the session goes on as it was. */
async function inSnapshot<T>(
  connection: PoolConnection,
  limits: MysqlLimits,
  work: () => Promise<T>,
): Promise<T> {
  const timeout = limits.statementTimeoutMs;
  await inTime(connection.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ'), timeout);
  await inTime(connection.query('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY'), timeout);
  const value = await work();
  await inTime(connection.query('COMMIT'), timeout);
  return value;
}

async function inTransaction<T>(
  connection: PoolConnection,
  { target, limits }: { readonly target: MysqlTarget; readonly limits: MysqlLimits },
  work: () => Promise<T>,
): Promise<T> {
  const timeout = limits.statementTimeoutMs;
  await inTime(connection.query('START TRANSACTION'), timeout);
  let value: T;
  try {
    value = await work();
  } catch (error) {
    if (error instanceof Rollback) await inTime(connection.query('ROLLBACK'), timeout);
    throw error;
  }
  try {
    await inTime(connection.query('COMMIT'), timeout);
  } catch (error) {
    throw isLostAnswer(error) ? unknownOutcome(target, error) : error;
  }
  return value;
}

function unknownOutcome(target: MysqlTarget, cause: unknown): InvError {
  return new InvError(
    'OUTCOME_UNKNOWN',
    `the answer of MySQL at ${target.label} was lost: the change may or may not be booked`,
    { hint: 'run the same command again with the same --request-id', cause },
  );
}
