import { createStockLocks } from '../../src/adapters/redis/locks/stock-locks.ts';
import type {
  OpenStockLocks,
  StockLocksOptions,
} from '../../src/adapters/redis/locks/stock-locks.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { projectRoot } from './database.ts';

/** Locks in a Redis of the test's choice. */
export function createTestLocks(
  options: Pick<StockLocksOptions, 'target' | 'keyPrefix'> & Partial<StockLocksOptions>,
): OpenStockLocks {
  return createStockLocks({
    limits: { connectTimeoutMs: 2000, commandTimeoutMs: 5000 },
    clock: systemClock,
    packageRoot: projectRoot,
    ...options,
  });
}

export function redisAt(socketPath: string): StockLocksOptions['target'] {
  return {
    label: socketPath,
    address: { socketPath },
    user: null,
    password: null,
    database: 0,
    tls: null,
  };
}
