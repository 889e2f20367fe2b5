import type { Flavor } from './options.ts';
import { LOCAL_ADMIN_USER, LOCAL_DATABASE, LOCAL_USER } from './options.ts';

export interface MysqlSettings {
  flavor: Flavor;
  data: string;
  socket: string;
  pidFile: string;
  initFile: string;
  temporary: string;
  asRoot: boolean;
}

/** Both the first initialisation and every start must agree on the size of the redo log. */
const REDO_LOG = '48M';

/** How a private server runs: on a socket only, and durable at every commit. */
export function mysqlArguments(settings: MysqlSettings): string[] {
  return [
    // First: no configuration file of this machine takes part.
    '--no-defaults',
    ...(settings.asRoot ? ['--user=root'] : []),
    `--datadir=${settings.data}`,
    `--socket=${settings.socket}`,
    `--pid-file=${settings.pidFile}`,
    `--init-file=${settings.initFile}`,
    `--tmpdir=${settings.temporary}`,
    // Files that SQL may read or write on the server's side: none but those in this folder.
    `--secure-file-priv=${settings.temporary}`,
    '--skip-networking',
    '--skip-name-resolve',
    '--innodb-flush-log-at-trx-commit=1',
    '--sync-binlog=1',
    '--server-id=1',
    '--log-bin=binlog',
    '--max-binlog-size=64M',
    '--innodb-buffer-pool-size=128M',
    '--innodb-buffer-pool-dump-at-shutdown=OFF',
    '--innodb-buffer-pool-load-at-startup=OFF',
    '--max-connections=200',
    '--performance-schema=OFF',
    '--character-set-server=utf8mb4',
    '--collation-server=utf8mb4_bin',
    '--sql-mode=STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
    '--transaction-isolation=READ-COMMITTED',
    '--default-time-zone=+00:00',
    '--local-infile=ON',
    ...(settings.flavor === 'mariadb' ? MARIADB_ONLY : MYSQL_ONLY),
  ];
}

const MARIADB_ONLY = [
  '--binlog-format=ROW',
  '--expire-logs-days=7',
  `--innodb-log-file-size=${REDO_LOG}`,
  // 2 would log every health check as an aborted connection.
  '--log-warnings=1',
];

/** ROW is the only format that MySQL's newest line still knows; `loose` ones came or went with a version. */
const MYSQL_ONLY = [
  '--mysqlx=OFF',
  '--binlog-expire-logs-seconds=604800',
  '--log-error-verbosity=2',
  '--loose-innodb-redo-log-capacity=96M',
  // Certificates and keys are for networks.
  '--loose-auto-generate-certs=OFF',
  '--loose-sha256-password-auto-generate-rsa-keys=OFF',
  '--loose-caching-sha2-password-auto-generate-rsa-keys=OFF',
];

/** Arguments for `mariadb-install-db`, which hands what it does not know to the server. */
export function mariadbInstallArguments(data: string, asRoot: boolean): string[] {
  return [
    '--no-defaults',
    `--datadir=${data}`,
    '--skip-test-db',
    '--skip-name-resolve',
    '--auth-root-authentication-method=normal',
    ...(asRoot ? ['--user=root'] : []),
    `--innodb-log-file-size=${REDO_LOG}`,
    '--innodb-buffer-pool-dump-at-shutdown=OFF',
    '--performance-schema=OFF',
    // Thousands of small synchronised writes; the caller flushes the finished folder once instead.
    '--loose-debug-no-sync',
  ];
}

/** Arguments for `mysqld`, which initialises itself. */
export function mysqlInitializeArguments(data: string, asRoot: boolean): string[] {
  return [
    '--no-defaults',
    '--initialize-insecure',
    `--datadir=${data}`,
    ...(asRoot ? ['--user=root'] : []),
    '--performance-schema=OFF',
    '--loose-auto-generate-certs=OFF',
    '--loose-sha256-password-auto-generate-rsa-keys=OFF',
    '--loose-caching-sha2-password-auto-generate-rsa-keys=OFF',
  ];
}

/**
 * Runs at every start, before the first client is greeted; each line is one statement, and doing
 * it again changes nothing. The rights of the application's account come from `sql/grants.sql`.
 */
export function mysqlInitFile(): string {
  return [
    // Row readers of the binlog have no use for these.
    'SET SESSION sql_log_bin = 0;',
    `CREATE DATABASE IF NOT EXISTS ${LOCAL_DATABASE} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;`,
    "DROP USER IF EXISTS ''@'localhost';",
    `CREATE USER IF NOT EXISTS '${LOCAL_ADMIN_USER}'@'localhost';`,
    `GRANT ALL PRIVILEGES ON *.* TO '${LOCAL_ADMIN_USER}'@'localhost' WITH GRANT OPTION;`,
    `CREATE USER IF NOT EXISTS '${LOCAL_USER}'@'localhost';`,
    '',
  ].join('\n');
}
