import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase } from '../../adapters/mysql/database.ts';
import type { Database } from '../../adapters/mysql/database.ts';
import { grantStatements } from '../../adapters/mysql/grants.ts';
import { migrate } from '../../adapters/mysql/migrate.ts';
import { latestMigration } from '../../adapters/mysql/migration-files.ts';
import type { Migration } from '../../adapters/mysql/migration-files.ts';
import { readSchemaState } from '../../adapters/mysql/schema-state.ts';
import type { MysqlLimits, MysqlTarget } from '../../adapters/mysql/target.ts';
import type { Config } from '../../config/config.ts';
import { storeTargets, unconfiguredStore } from '../../config/store-targets.ts';
import type { UrlTarget } from '../../config/store-targets.ts';
import { InvError } from '../../lib/errors.ts';
import type { LocalOptions, LocalServer, LocalServers } from '../../local/options.ts';
import { LOCAL_ADMIN_USER, LOCAL_DATABASE, LOCAL_USER } from '../../local/options.ts';
import { findRunning } from '../../local/state-file.ts';
import type { Clock } from '../../ports/clock.ts';
import { firstContact } from './first-contact.ts';
import { readCaFile } from './ca-file.ts';

export interface MysqlStoreOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly packageRoot: string;
  readonly local: LocalOptions;
}

const TRANSACTION_ATTEMPTS_MAX = 20;

/**
 * The database, ready to use: the private server is started and migrated on demand; a server that
 * somebody configured is only looked at, and must have this inv's schema.
 * @throws InvError STORE_UNAVAILABLE, PENDING (`inv db migrate`), BAD_CONFIGURATION, NOT_PERMITTED
 */
export async function openMysqlStore(options: MysqlStoreOptions): Promise<Database> {
  const migrations = join(options.packageRoot, 'sql', 'migrations');
  const place = await mysqlPlace(options);
  let database = await open(place.application, options);
  try {
    const latest = await latestMigration(migrations);
    let state = await stateOf(database, latest, options, place);
    if (place.isPrivate && (state === 'missing' || state === 'behind')) {
      await database.close();
      await migratePlace(place, options);
      database = await open(place.application, options);
      state = await database.read((session) => readSchemaState(session, latest));
    }
    if (state !== 'current') throw notCurrent(state);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

export interface MysqlPlace {
  readonly isPrivate: boolean;
  readonly application: MysqlTarget;
  /** The account for migrations. */
  readonly admin: MysqlTarget;
}

/** The same, and it answers now: the state file may remember a private server that is gone. */
export async function answeringPlace(options: MysqlStoreOptions): Promise<MysqlPlace> {
  const place = await mysqlPlace(options);
  return place.isPrivate ? privatePlace((await startLocal(options)).mysql) : place;
}

/** Where MySQL is. Starts nothing when the state file says that the private server runs. */
export async function mysqlPlace(options: MysqlStoreOptions): Promise<MysqlPlace> {
  const target = storeTargets(options.config).mysql;
  if (target.kind === 'unconfigured') throw unconfiguredStore(target.setting);
  if (target.kind === 'url') {
    const application = await targetFromUrl(target, options.config);
    return { isPrivate: false, application, admin: application };
  }
  const servers = findRunning(options.local) ?? (await startLocal(options));
  return privatePlace(servers.mysql);
}

export function privatePlace({ socket }: Pick<LocalServer, 'socket'>): MysqlPlace {
  const application: MysqlTarget = {
    label: socket,
    address: { socketPath: socket },
    user: LOCAL_USER,
    password: null,
    database: LOCAL_DATABASE,
    tls: null,
  };
  return { isPrivate: true, application, admin: { ...application, user: LOCAL_ADMIN_USER } };
}

export function mysqlLimits(config: Config): MysqlLimits {
  const { poolSizeMax, queueSizeMax, acquireTimeoutMs, connectTimeoutMs } = config.mysql;
  const { statementTimeoutMs, lockWaitTimeoutMs } = config.mysql;
  return {
    poolSizeMax,
    queueSizeMax,
    acquireTimeoutMs,
    connectTimeoutMs,
    statementTimeoutMs,
    lockWaitTimeoutMs,
    transactionAttemptsMax: TRANSACTION_ATTEMPTS_MAX,
  };
}

/** Migrates; on the private server it also gives the application account its rights. */
export async function migratePlace(
  place: MysqlPlace,
  options: MysqlStoreOptions,
  { dryRun = false } = {},
): Promise<readonly Migration[]> {
  const { packageRoot, config } = options;
  const target = { database: place.application.database, account: `'${LOCAL_USER}'@'localhost'` };
  return migrate({
    target: place.admin,
    limits: mysqlLimits(config),
    directory: join(packageRoot, 'sql', 'migrations'),
    // On a server of their own, the administrators decide what the account may do.
    grants: place.isPrivate
      ? grantStatements(await readFile(join(packageRoot, 'sql', 'grants.sql'), 'utf8'), target)
      : [],
    dryRun,
  });
}

function open(target: MysqlTarget, { config, clock }: MysqlStoreOptions): Promise<Database> {
  return openDatabase({ target, limits: mysqlLimits(config), clock });
}

/** The first look at the server; a private one that the state file remembers may be gone. */
async function stateOf(
  database: Database,
  latest: number,
  options: MysqlStoreOptions,
  place: MysqlPlace,
): Promise<Awaited<ReturnType<typeof readSchemaState>>> {
  const look = () => database.read((session) => readSchemaState(session, latest));
  const { clock, local } = options;
  if (!place.isPrivate) {
    return firstContact(look, { retry: options.config.retry, clock, report: local.report });
  }
  try {
    return await look();
  } catch (error) {
    const mayBeFresh =
      error instanceof InvError &&
      (error.code === 'STORE_UNAVAILABLE' || error.code === 'NOT_PERMITTED');
    if (!mayBeFresh) throw error;
    // Either it does not run, or it is so new that the application account has no rights yet.
    if (error.code === 'NOT_PERMITTED') return 'missing';
    await startLocal(options);
    return look();
  }
}

/** @throws InvError STORE_UNAVAILABLE when they may not be started on demand, or do not start */
export async function startLocal({ config, local }: MysqlStoreOptions): Promise<LocalServers> {
  if (!config.local.autostart) {
    throw new InvError(
      'STORE_UNAVAILABLE',
      'a private server that this needs does not run, and local.autostart is off',
      { hint: 'inv local start' },
    );
  }
  const { ensureLocalServers } = await import('../../local/ensure.ts');
  return ensureLocalServers(local);
}

async function targetFromUrl(target: UrlTarget, config: Config): Promise<MysqlTarget> {
  const { socketPath, host, port, database } = target;
  return {
    label: socketPath ?? `${host}:${String(port)}`,
    address: socketPath === null ? { host, port } : { socketPath },
    user: target.user ?? 'inv',
    password: config.mysql.password ?? target.password,
    database,
    tls:
      target.tls === null
        ? null
        : {
            ca: await readCaFile(target.tls.caFile, 'mysql.tls_ca_file'),
            serverName: target.tls.serverName,
          },
  };
}

function notCurrent(state: 'behind' | 'missing' | 'newer' | 'half-applied'): InvError {
  switch (state) {
    case 'missing':
      return new InvError('PENDING', 'the database has no inv schema yet', {
        hint: 'inv db migrate',
      });
    case 'behind':
      return new InvError('PENDING', 'the database schema is older than this inv', {
        hint: 'inv db migrate',
      });
    case 'newer':
      return new InvError('BAD_CONFIGURATION', 'the database schema is newer than this inv', {
        hint: 'upgrade inv',
      });
    case 'half-applied':
      return new InvError('BAD_CONFIGURATION', 'a migration was begun and never finished', {
        hint: 'inv db status',
      });
  }
}
