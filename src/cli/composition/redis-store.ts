import { openRedis } from '../../adapters/redis/client.ts';
import type { RedisStore } from '../../adapters/redis/client.ts';
import type { RedisLimits, RedisTarget } from '../../adapters/redis/target.ts';
import type { Config } from '../../config/config.ts';
import { storeTargets, unconfiguredStore } from '../../config/store-targets.ts';
import type { UrlTarget } from '../../config/store-targets.ts';
import { InvError } from '../../lib/errors.ts';
import type { LocalServer } from '../../local/options.ts';
import { findRunning } from '../../local/state-file.ts';
import { readCaFile } from './ca-file.ts';
import { startLocal } from './mysql-store.ts';
import type { MysqlStoreOptions } from './mysql-store.ts';

/**
 * Redis, connected. The private one is started on demand.
 * @throws InvError STORE_UNAVAILABLE, NOT_PERMITTED, BAD_CONFIGURATION when only mysql.url is set
 */
export async function openRedisStore(options: MysqlStoreOptions): Promise<RedisStore> {
  const { config, local } = options;
  const limits = redisLimits(config);
  const configured = await configuredRedis(config);
  if (configured !== null) return openRedis({ target: configured, limits });
  const remembered = findRunning(local);
  if (remembered !== undefined) {
    try {
      return await openRedis({ target: privateRedis(remembered.redis), limits });
    } catch (error) {
      if (!(error instanceof InvError) || error.code !== 'STORE_UNAVAILABLE') throw error;
    }
  }
  return openRedis({ target: privateRedis((await startLocal(options)).redis), limits });
}

/** The configured Redis, or null when the private one is meant. @throws InvError BAD_CONFIGURATION */
export async function configuredRedis(config: Config): Promise<RedisTarget | null> {
  const target = storeTargets(config).redis;
  if (target.kind === 'unconfigured') throw unconfiguredStore(target.setting);
  if (target.kind === 'private') return null;
  return { ...(await targetFromUrl(target)), otherNodes: nodesIn(config.redis.clusterNodes) };
}

/** `redis.cluster_nodes`, which the schema has checked. */
function nodesIn(list: string | null): readonly { readonly host: string; readonly port: number }[] {
  return (list ?? '').split(/, ?/).flatMap((node) => {
    const [, host, port] = /^\[?(.+?)\]?:(\d+)$/.exec(node) ?? [];
    return host === undefined ? [] : [{ host, port: Number(port) }];
  });
}

export function privateRedis({ socket }: Pick<LocalServer, 'socket'>): RedisTarget {
  return {
    label: socket,
    address: { socketPath: socket },
    user: null,
    password: null,
    database: 0,
    tls: null,
  };
}

export function redisLimits({ redis }: Config): RedisLimits {
  const { connectTimeoutMs, commandTimeoutMs } = redis;
  return { connectTimeoutMs, commandTimeoutMs };
}

async function targetFromUrl(target: UrlTarget): Promise<RedisTarget> {
  const { socketPath, host, port, user, password, database, tls } = target;
  return {
    label: socketPath ?? `${host}:${String(port)}`,
    address: socketPath === null ? { host, port } : { socketPath },
    user,
    password,
    database: Number(database),
    tls:
      tls === null
        ? null
        : { ca: await readCaFile(tls.caFile, 'redis.tls_ca_file'), serverName: tls.serverName },
  };
}
