import type { Config } from '../../../config/config.ts';
import type { MysqlPlace } from '../mysql-store.ts';
import type { RunStores } from './run-stores.ts';

/** Settings of a command that would lead the run's processes elsewhere, or change what they say. */
const NOT_INHERITED: ReadonlySet<string> = new Set([
  'INV_MYSQL_URL_FILE',
  'INV_REDIS_URL_FILE',
  'INV_DRY_RUN',
  'INV_TIMEOUT',
  'INV_TIMEOUT_MS',
  'INV_JSON',
  'INV_FORMAT',
  'INV_OUTPUT_FORMAT',
  'INV_FIELDS',
  'INV_QUIET',
  'INV_VERBOSE',
  'INV_FAILPOINT',
]);

/** The same settings twice: for this process, and for processes and threads of the run. */
export interface RunSettings {
  readonly config: Config;
  readonly environment: Readonly<Record<string, string>>;
}

export interface RunSettingsOptions {
  readonly config: Config;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly configFile: string | undefined;
  /** A socket to go through to MySQL in place of the server's own; null = straight. */
  readonly mysqlSocket: string | null;
}

/** Leads everything that the run uses to its own database and its own keys. */
export function runSettings(
  { run, isPrivate, place, redis, database }: RunStores,
  { config, env, configFile, mysqlSocket }: RunSettingsOptions,
): RunSettings {
  const mysqlUrl = isPrivate
    ? socketUrl(place, mysqlSocket)
    : withDatabase(config.mysql.url ?? '', database);
  const redisUrl =
    isPrivate && redis !== null && 'socketPath' in redis.address
      ? `redis+unix:${redis.address.socketPath}`
      : config.redis.url;
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !NOT_INHERITED.has(entry[0]),
  );
  return {
    config: {
      ...config,
      timeoutMs: null,
      mysql: {
        ...config.mysql,
        url: mysqlUrl,
        password: isPrivate ? null : config.mysql.password,
      },
      redis: { ...config.redis, url: redisUrl, keyPrefix: run },
      stock: { ...config.stock, location: 'MAIN' },
    },
    environment: {
      ...Object.fromEntries(isPrivate ? kept.filter(([name]) => !isPassword(name)) : kept),
      ...(configFile === undefined ? {} : { INV_CONFIG: configFile }),
      INV_MYSQL_URL: mysqlUrl,
      ...(redisUrl === null ? {} : { INV_REDIS_URL: redisUrl }),
      INV_REDIS_KEY_PREFIX: run,
      INV_STOCK_LOCATION: 'MAIN',
      INV_ACTOR: 'loadtest',
    },
  };
}

function isPassword(name: string): boolean {
  return /^INV_(MYSQL|REDIS)_PASSWORD(_FILE)?$/.test(name);
}

function socketUrl({ application }: MysqlPlace, socket: string | null): string {
  const own = 'socketPath' in application.address ? application.address.socketPath : '';
  const path = encodeURIComponent(socket ?? own);
  return `mysql://${application.user}@localhost/${application.database}?socket=${path}`;
}

function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.toString();
}
