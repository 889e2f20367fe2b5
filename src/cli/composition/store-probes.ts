import { openDatabase } from '../../adapters/mysql/database.ts';
import { openRedis } from '../../adapters/redis/client.ts';
import { storeTargets } from '../../config/store-targets.ts';
import type { LocalServers } from '../../local/options.ts';
import type { StoreProbe } from '../../services/doctor/wait-for-stores.ts';
import { mysqlLimits, mysqlPlace, privatePlace, startLocal } from './mysql-store.ts';
import type { MysqlStoreOptions } from './mysql-store.ts';
import { configuredRedis, privateRedis, redisLimits } from './redis-store.ts';

/**
 * The stores that commands need: MySQL, and Redis unless it is the one that nobody configured.
 * Asking for a private one starts it.
 */
export function storeProbes(options: MysqlStoreOptions): readonly StoreProbe[] {
  let starting: Promise<LocalServers> | undefined;
  // Both questions come at once, and one start serves both.
  const start = (): Promise<LocalServers> =>
    (starting ??= startLocal(options).finally(() => (starting = undefined)));
  const mysql: StoreProbe = {
    store: 'mysql',
    ask: (timeoutMs) => askMysql(options, start, timeoutMs),
  };
  const redis: StoreProbe = {
    store: 'redis',
    ask: (timeoutMs) => askRedis(options, start, timeoutMs),
  };
  return storeTargets(options.config).redis.kind === 'unconfigured' ? [mysql] : [mysql, redis];
}

type Start = () => Promise<LocalServers>;

async function askMysql(
  options: MysqlStoreOptions,
  start: Start,
  timeoutMs: number,
): Promise<string> {
  const isPrivate = storeTargets(options.config).mysql.kind === 'private';
  const place = isPrivate ? privatePlace((await start()).mysql) : await mysqlPlace(options);
  const usual = mysqlLimits(options.config);
  const connectTimeoutMs = Math.min(usual.connectTimeoutMs, timeoutMs);
  const limits = { ...usual, poolSizeMax: 1, connectTimeoutMs };
  const database = await openDatabase({ target: place.admin, limits, clock: options.clock });
  try {
    const [row] = await database.read((session) =>
      session.rows<{ version: string }>('SELECT VERSION() AS version'),
    );
    return row?.version ?? 'unknown';
  } finally {
    await database.close();
  }
}

async function askRedis(
  { config }: MysqlStoreOptions,
  start: Start,
  timeoutMs: number,
): Promise<string> {
  const target = (await configuredRedis(config)) ?? privateRedis((await start()).redis);
  const usual = redisLimits(config);
  // Login and first answer come after the connection, each within half of the time.
  const limits = {
    connectTimeoutMs: Math.min(usual.connectTimeoutMs, Math.ceil(timeoutMs / 2)),
    commandTimeoutMs: Math.min(usual.commandTimeoutMs, Math.ceil(timeoutMs / 2)),
  };
  const store = await openRedis({ target, limits });
  try {
    return (await store.info('server')).get('redis_version') ?? 'unknown';
  } finally {
    await store.close();
  }
}
