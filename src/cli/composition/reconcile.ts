import { createCatalogue } from '../../adapters/mysql/catalogue.ts';
import { createCheckRequests } from '../../adapters/mysql/reconcile/check-requests.ts';
import { createNamedLocks } from '../../adapters/mysql/named-locks.ts';
import { readVariables } from '../../adapters/mysql/server-facts.ts';
import { readRedisNodes } from '../../adapters/redis/server-facts.ts';
import type { PoolDependencies } from '../../services/pools/dependencies.ts';
import { createReconcileBooks } from '../../adapters/mysql/reconcile/reconcile-books.ts';
import { newRequestId } from '../../adapters/system/identity.ts';
import type { Origin } from '../../domain/posting.ts';
import type { ReconcileDependencies } from '../../services/reconcile/dependencies.ts';
import { mysqlLimits, mysqlPlace } from './mysql-store.ts';
import type { MysqlStoreOptions } from './mysql-store.ts';
import type { StoresOnDemand } from './stores-on-demand.ts';

export interface ReconcileParts {
  readonly stores: Pick<StoresOnDemand, 'database' | 'redis'>;
  readonly pools: () => Promise<PoolDependencies>;
  readonly origin: Origin;
}

/** What a reconciliation works with. */
export async function createReconcile(
  options: MysqlStoreOptions,
  { stores, pools, origin }: ReconcileParts,
): Promise<ReconcileDependencies> {
  const { config, clock } = options;
  const database = await stores.database();
  const place = await mysqlPlace(options);
  const limits = mysqlLimits(config);
  const { statementTimeoutMs } = limits;
  return {
    books: createReconcileBooks({ database, statementTimeoutMs }),
    catalogue: createCatalogue(database),
    locks: createNamedLocks(place.application, limits),
    requests: createCheckRequests(database),
    pools,
    servers: {
      mysql: async () => ({ variables: await database.read(readVariables) }),
      redis: async () =>
        readRedisNodes(await stores.redis(), { clock, keyPrefix: config.redis.keyPrefix }),
    },
    connectionsMax: config.mysql.poolSizeMax,
    lateMs: config.reconcile.lateMs,
    clock,
    origin,
    newId: () => newRequestId(clock.now()),
  };
}
