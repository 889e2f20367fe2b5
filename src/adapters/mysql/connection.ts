import type { ConnectionOptions } from 'mysql2/promise';
import type { MysqlLimits, MysqlTarget } from './target.ts';

/**
 * The driver's options, spelled out. FOUND_ROWS stays on: affectedRows counts the rows a guarded
 * UPDATE matched, which is the decision. Numbers beyond 2^53 - 1 come as strings and are refused
 * by `integer()`; the schema's CHECKs keep quantities below.
 */
export function connectionOptions(target: MysqlTarget, limits: MysqlLimits): ConnectionOptions {
  return {
    ...('socketPath' in target.address
      ? { socketPath: target.address.socketPath }
      : { host: target.address.host, port: target.address.port }),
    user: target.user,
    ...(target.password === null ? {} : { password: target.password }),
    database: target.database,
    charset: 'utf8mb4_unicode_ci',
    timezone: 'Z',
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: false,
    decimalNumbers: false,
    connectTimeout: limits.connectTimeoutMs,
    enableKeepAlive: true,
    multipleStatements: false,
    ...(target.tls === null
      ? {}
      : {
          ssl: {
            rejectUnauthorized: true,
            verifyIdentity: true,
            ...(target.tls.ca === null ? {} : { ca: target.tls.ca }),
            ...(target.tls.serverName === null ? {} : { servername: target.tls.serverName }),
          },
        }),
  };
}

/**
 * What gives a new connection its session: READ COMMITTED, because an ordinary SELECT after a lock
 * would still show the old snapshot under REPEATABLE READ; UTC; strict SQL; the server's own bounds.
 * The executable comments speak to MariaDB (`M!`) and to MySQL 8 only.
 */
export function sessionStatements(limits: MysqlLimits): readonly string[] {
  const lockWaitSeconds = Math.max(1, Math.round(limits.lockWaitTimeoutMs / 1000));
  const statementSeconds = Math.max(1, Math.round(limits.statementTimeoutMs / 1000));
  return [
    'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
    "SET SESSION time_zone = '+00:00'," +
      " SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'," +
      ' SESSION group_concat_max_len = 1048576,' +
      ` SESSION innodb_lock_wait_timeout = ${String(lockWaitSeconds)}` +
      ` /*M!100100 , SESSION max_statement_time = ${String(statementSeconds)} */` +
      ` /*!80000 , SESSION max_execution_time = ${String(limits.statementTimeoutMs)} */`,
  ];
}
