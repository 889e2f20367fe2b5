import { createStockLocks } from '../../adapters/redis/locks/stock-locks.ts';
import type { OpenStockLocks } from '../../adapters/redis/locks/stock-locks.ts';
import type { MysqlStoreOptions } from './mysql-store.ts';
import { linkTarget } from './pool-gate.ts';
import { redisLimits } from './redis-store.ts';

/** The locks of the strategy `lock`. Connects when it is first asked. @throws as openPoolGate */
export async function openStockLocks(options: MysqlStoreOptions): Promise<OpenStockLocks> {
  const { config, clock, packageRoot } = options;
  return createStockLocks({
    target: await linkTarget(options),
    limits: redisLimits(config),
    clock,
    packageRoot,
    keyPrefix: config.redis.keyPrefix,
  });
}
