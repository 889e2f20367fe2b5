import { createNamedLocks } from '../../../adapters/mysql/named-locks.ts';
import {
  createRunDatabase,
  dropRunDatabase,
  listRunDatabases,
} from '../../../adapters/mysql/run-database.ts';
import { deleteKeys } from '../../../adapters/redis/delete-keys.ts';
import type { RedisTarget } from '../../../adapters/redis/target.ts';
import { storeTargets } from '../../../config/store-targets.ts';
import { InvError } from '../../../lib/errors.ts';
import { findRunning } from '../../../local/state-file.ts';
import type { HeldLock } from '../../../ports/named-locks.ts';
import { answeringPlace, migratePlace, mysqlLimits } from '../mysql-store.ts';
import type { MysqlPlace, MysqlStoreOptions } from '../mysql-store.ts';
import { configuredRedis, privateRedis, redisLimits } from '../redis-store.ts';
import { refuseUnmarked } from './refuse-unmarked.ts';

/** Databases of runs begin so; what follows is the run's own id. */
const DATABASE_PREFIX = 'inv_lt_';
const RUNNING = 'loadtest';

/** Where one run keeps its products, pools and orders: a database and a key prefix that nobody else has. */
export interface RunStores {
  readonly run: string;
  readonly isPrivate: boolean;
  readonly place: MysqlPlace;
  readonly redis: RedisTarget | null;
  /** Name of the run's database. */
  readonly database: string;
  /** Deletes both. */
  readonly remove: () => Promise<void>;
}

export interface RunStoresOptions {
  readonly run: string;
  /** `--confirm-target`: the name of a database that is not marked for tests. */
  readonly confirmed: string | undefined;
}

/**
 * Makes a database and takes a key prefix for one run. Private servers are started; servers that
 * somebody configured are used only if they are marked for tests, or named by hand.
 * @throws InvError REFUSED (not marked), NOT_PERMITTED (the account may not make a database),
 *   STORE_UNAVAILABLE
 */
export async function openRunStores(
  options: MysqlStoreOptions,
  { run, confirmed }: RunStoresOptions,
): Promise<RunStores> {
  const { config } = options;
  refuseUnmarked(config, confirmed);
  const server = await answeringPlace(options);
  const limits = mysqlLimits(config);
  const database = databaseOf(run);
  const redis = await redisTarget(options);
  const admin = { target: server.admin, limits };
  await create(admin, database);
  // One account for both: rights that are granted table by table would outlive the database.
  const account = { ...server.admin, database };
  const place = { isPrivate: false, application: account, admin: account };
  let lock: HeldLock | null = null;
  const remove = async (): Promise<void> => {
    await lock?.release();
    if (redis !== null) await deleteKeys({ target: redis, limits: redisLimits(config) }, run);
    await dropRunDatabase(admin, database);
  };
  try {
    lock = await createNamedLocks(place.admin, limits).take(RUNNING, { waitMs: 0 });
    await migratePlace(place, options);
  } catch (error) {
    await remove().catch(() => undefined);
    throw error;
  }
  return { run, isPrivate: server.isPrivate, place, redis, database, remove };
}

/**
 * Removes what runs that were killed have left; one that goes on is left alone.
 * @returns the names of the runs, as removed or as they would be
 */
export async function cleanRuns(
  options: MysqlStoreOptions,
  { dryRun, confirmed }: { readonly dryRun: boolean; readonly confirmed: string | undefined },
): Promise<{ readonly removed: readonly string[]; readonly running: readonly string[] }> {
  const { config } = options;
  refuseUnmarked(config, confirmed);
  const server = await answeringPlace(options);
  const limits = mysqlLimits(config);
  const admin = { target: server.admin, limits };
  const redis = await redisTarget(options);
  const removed: string[] = [];
  const running: string[] = [];
  for (const database of await listRunDatabases(admin, DATABASE_PREFIX)) {
    const locks = createNamedLocks({ ...server.admin, database }, limits);
    const run = runOf(database);
    if ((await locks.holder(RUNNING)) !== null) {
      running.push(run);
      continue;
    }
    removed.push(run);
    if (dryRun) continue;
    if (redis !== null) await deleteKeys({ target: redis, limits: redisLimits(config) }, run);
    await dropRunDatabase(admin, database);
  }
  return { removed, running };
}

async function create(
  admin: Parameters<typeof createRunDatabase>[0],
  database: string,
): Promise<void> {
  try {
    await createRunDatabase(admin, database);
  } catch (error) {
    if (!(error instanceof InvError) || error.code !== 'NOT_PERMITTED') throw error;
    throw new InvError(
      'NOT_PERMITTED',
      `a load test makes a database of its own, and this account of MySQL may not: ${error.message}`,
      { hint: `GRANT ALL ON \`${DATABASE_PREFIX.replaceAll('_', '\\_')}%\`.* TO it`, cause: error },
    );
  }
}

/** null: only MySQL is configured, which is enough for strategies that decide there. */
async function redisTarget(options: MysqlStoreOptions): Promise<RedisTarget | null> {
  if (storeTargets(options.config).redis.kind === 'unconfigured') return null;
  const configured = await configuredRedis(options.config);
  if (configured !== null) return configured;
  const running = findRunning(options.local);
  return running === undefined ? null : privateRedis(running.redis);
}

function databaseOf(run: string): string {
  return `${DATABASE_PREFIX}${run.slice('lt-'.length)}`;
}

function runOf(database: string): string {
  return `lt-${database.slice(DATABASE_PREFIX.length)}`;
}
