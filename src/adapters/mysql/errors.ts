import { InvError } from '../../lib/errors.ts';

/**
 * Driver errors are told apart by errno: names differ between MySQL and MariaDB.
 * Messages of the driver are not passed on: they carry SQL and its arguments.
 */
export const ERRNO = {
  duplicateKey: 1062,
  recordChanged: 1020,
  lockWaitTimeout: 1205,
  deadlock: 1213,
  accessDenied: 1045,
  accessDeniedDatabase: 1044,
  accessDeniedTable: 1142,
  unknownDatabase: 1049,
  outOfRange: 1690,
  noSuchTable: 1146,
  noSuchProcedure: 1305,
  checkViolatedMysql: 3819,
  checkViolatedMariadb: 4025,
  statementTimeoutMysql: 3024,
  statementTimeoutMariadb: 1969,
  queryInterrupted: 1317,
  serverShutdown: 1053,
  connectionKilledMariadb: 1927,
  connectionKilledMysql: 3169,
  tooManyConnections: 1040,
  diskFull: 1021,
  tableFull: 1114,
} as const;

const RETRYABLE: ReadonlySet<number> = new Set([
  ERRNO.recordChanged,
  ERRNO.lockWaitTimeout,
  ERRNO.deadlock,
]);

const NOT_PERMITTED: ReadonlySet<number> = new Set([
  ERRNO.accessDenied,
  ERRNO.accessDeniedDatabase,
  ERRNO.accessDeniedTable,
  1227,
  1370,
  1698,
]);

/**
 * A file could not be written, as a rule because its disk is full: ER_ERROR_ON_WRITE, and EE_WRITE and
 * EE_DISK_FULL of the layer below, which MariaDB passes on.
 */
const WRITE_FAILED: ReadonlySet<number> = new Set([1026, 3, 20]);
const NO_ROOM: ReadonlySet<number> = new Set([ERRNO.diskFull, ERRNO.tableFull, ...WRITE_FAILED]);

/** The server ended the connection; whether it executed the statement before, it does not say. */
const ENDED_BY_SERVER: ReadonlySet<number> = new Set([
  ERRNO.serverShutdown,
  ERRNO.connectionKilledMariadb,
  ERRNO.connectionKilledMysql,
]);

const TLS_CODES =
  /^(HANDSHAKE_SSL_ERROR|HANDSHAKE_NO_SSL_SUPPORT|ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/;

export function errnoOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('errno' in error)) return undefined;
  return typeof error.errno === 'number' && error.errno > 0 ? error.errno : undefined;
}

function driverCodeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return 'UNKNOWN';
  return typeof error.code === 'string' ? error.code : 'UNKNOWN';
}

/** True when the whole transaction may be run again: the server rolled it back. */
export function isRetryable(error: unknown): boolean {
  const errno = errnoOf(error);
  return errno !== undefined && RETRYABLE.has(errno);
}

export function isDuplicateKey(error: unknown): boolean {
  return errnoOf(error) === ERRNO.duplicateKey;
}

/** True when a CHECK of the schema refused the row. */
export function isCheckViolation(error: unknown): boolean {
  const errno = errnoOf(error);
  return errno === ERRNO.checkViolatedMysql || errno === ERRNO.checkViolatedMariadb;
}

export function isLockWaitTimeout(error: unknown): boolean {
  return errnoOf(error) === ERRNO.lockWaitTimeout;
}

/**
 * True when no answer came, or one that does not say how far the statement got: the connection
 * broke, the statement timed out or was killed (which can hit a procedure after its COMMIT), or a file
 * could not be written, which at a COMMIT is the binary log.
 */
export function isLostAnswer(error: unknown): boolean {
  const errno = errnoOf(error);
  const code = driverCodeOf(error);
  return (
    code === 'PROTOCOL_CONNECTION_LOST' ||
    code === 'PROTOCOL_SEQUENCE_TIMEOUT' ||
    code === 'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR' ||
    code === 'ECONNRESET' ||
    code === 'EPIPE' ||
    code === 'ETIMEDOUT' ||
    (errno !== undefined &&
      (ENDED_BY_SERVER.has(errno) || isStatementTimeout(errno) || WRITE_FAILED.has(errno)))
  );
}

/** A driver error in words for the user; anything unknown goes on as it is (a bug, exit 1). */
export function translate(error: unknown, where: string): unknown {
  if (error instanceof InvError) return error;
  const errno = errnoOf(error);
  const code = driverCodeOf(error);
  const facts = { store: 'mysql', driver_code: code };
  if (errno !== undefined && NOT_PERMITTED.has(errno)) {
    return new InvError('NOT_PERMITTED', `MySQL at ${where} refuses this account (${code})`, {
      hint: 'inv doctor',
      facts,
    });
  }
  if (TLS_CODES.test(code)) {
    return new InvError(
      'NOT_PERMITTED',
      `no trusted TLS connection to MySQL at ${where} (${code})`,
      {
        hint: 'set mysql.tls_ca_file and mysql.tls_server_name, then: inv doctor',
        facts,
      },
    );
  }
  if (errno === ERRNO.unknownDatabase) {
    return new InvError('BAD_CONFIGURATION', `MySQL at ${where} has no such database`, {
      hint: 'create the database, or mend mysql.url',
      facts,
    });
  }
  if (errno === ERRNO.noSuchTable || errno === ERRNO.noSuchProcedure) {
    return new InvError('PENDING', 'the database schema is missing or older than this inv', {
      hint: 'inv db migrate',
      facts,
    });
  }
  if (errno !== undefined && NO_ROOM.has(errno)) {
    return new InvError('STORE_UNAVAILABLE', `MySQL at ${where} has no room left (${code})`, {
      hint: 'nothing was executed; make room on its disk, then run the command again',
      facts,
    });
  }
  const isGone =
    errno === undefined || errno === ERRNO.tooManyConnections || ENDED_BY_SERVER.has(errno);
  if (isGone) {
    return isDriverError(error)
      ? new InvError('STORE_UNAVAILABLE', `MySQL at ${where} cannot be reached (${code})`, {
          hint: 'inv doctor',
          facts,
        })
      : error;
  }
  if (isStatementTimeout(errno)) return tooSlow(where, facts);
  if (isRetryable(error)) {
    return new InvError(
      'STORE_UNAVAILABLE',
      `MySQL at ${where} is too busy: a row stayed locked (${code})`,
      { hint: 'nothing was executed; run the command again', facts },
    );
  }
  return error;
}

function tooSlow(where: string, facts: InvError['facts']): InvError {
  return new InvError(
    'STORE_UNAVAILABLE',
    `MySQL at ${where} took too long over a statement and ended it`,
    {
      hint: 'nothing was executed; run the command again, or set mysql.statement_timeout_ms higher',
      facts,
    },
  );
}

function isStatementTimeout(errno: number): boolean {
  return (
    errno === ERRNO.statementTimeoutMysql ||
    errno === ERRNO.statementTimeoutMariadb ||
    errno === ERRNO.queryInterrupted
  );
}

function isDriverError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}
