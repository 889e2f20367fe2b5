import { createPoolGate } from '../../adapters/redis/pool/pool-gate.ts';
import type { OpenPoolGate } from '../../adapters/redis/pool/pool-gate.ts';
import type { RedisTarget } from '../../adapters/redis/target.ts';
import { askServer } from '../../local/handshake.ts';
import { findRunning } from '../../local/state-file.ts';
import { startLocal } from './mysql-store.ts';
import type { MysqlStoreOptions } from './mysql-store.ts';
import { configuredRedis, privateRedis, redisLimits } from './redis-store.ts';

/**
 * The pools in Redis. Connects when it is first asked, so that a Redis that is away shows in its answers;
 * only the private one is looked at here, because it is started on demand.
 * @throws InvError BAD_CONFIGURATION, STORE_UNAVAILABLE (the private one does not start)
 */
export async function openPoolGate(options: MysqlStoreOptions): Promise<OpenPoolGate> {
  const { config, clock, packageRoot } = options;
  const { shards, retentionMs, backlogEntriesMax, batchRequestsMax, callsInFlightMax } =
    config.pools;
  return createPoolGate({
    target: await linkTarget(options),
    limits: redisLimits(config),
    clock,
    packageRoot,
    keyPrefix: config.redis.keyPrefix,
    shards,
    retentionMs,
    backlogEntriesMax,
    batchRequestsMax,
    callsInFlightMax,
  });
}

const ANSWER_TIMEOUT_MS = 500;

/** The configured Redis, not looked at, or the private one, which is started on demand and answers. */
export async function linkTarget(options: MysqlStoreOptions): Promise<RedisTarget> {
  return (await configuredRedis(options.config)) ?? (await answeringPrivate(options));
}

async function answeringPrivate(options: MysqlStoreOptions): Promise<RedisTarget> {
  const remembered = findRunning(options.local)?.redis;
  if (remembered !== undefined) {
    const answer = await askServer('redis', remembered.socket, ANSWER_TIMEOUT_MS);
    if (answer === 'ready') return privateRedis(remembered);
  }
  return privateRedis((await startLocal(options)).redis);
}
