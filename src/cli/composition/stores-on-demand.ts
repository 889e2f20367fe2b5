import type { Database } from '../../adapters/mysql/database.ts';
import type { RedisStore } from '../../adapters/redis/client.ts';
import type { OpenStockLocks } from '../../adapters/redis/locks/stock-locks.ts';
import type { OpenPoolGate } from '../../adapters/redis/pool/pool-gate.ts';
import { once } from '../../lib/once.ts';
import type { MysqlStoreOptions } from './mysql-store.ts';

/** The stores as functions: each is opened by its first call, and one that failed by the next. */
export interface StoresOnDemand {
  readonly database: () => Promise<Database>;
  readonly redis: () => Promise<RedisStore>;
  readonly gate: () => Promise<OpenPoolGate>;
  readonly locks: () => Promise<OpenStockLocks>;
  /** Closes what was opened, in reverse order. */
  readonly close: () => Promise<void>;
}

export function storesOnDemand(options: MysqlStoreOptions): StoresOnDemand {
  const closings: (() => Promise<void>)[] = [];
  return {
    database: once(async () => {
      const { openMysqlStore } = await import('./mysql-store.ts');
      const store = await openMysqlStore(options);
      closings.push(() => store.close());
      return store;
    }),
    redis: once(async () => {
      const { openRedisStore } = await import('./redis-store.ts');
      const store = await openRedisStore(options);
      closings.push(() => store.close());
      return store;
    }),
    gate: once(async () => {
      const { openPoolGate } = await import('./pool-gate.ts');
      const gate = await openPoolGate(options);
      closings.push(() => gate.disconnect());
      return gate;
    }),
    locks: once(async () => {
      const { openStockLocks } = await import('./stock-locks.ts');
      const locks = await openStockLocks(options);
      closings.push(() => locks.disconnect());
      return locks;
    }),
    close: async () => {
      for (const closing of closings.reverse()) await closing();
    },
  };
}
