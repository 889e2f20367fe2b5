import { createCatalogue } from '../../adapters/mysql/catalogue.ts';
import type { Database } from '../../adapters/mysql/database.ts';
import { createNamedLocks } from '../../adapters/mysql/named-locks.ts';
import { createPoolBooks } from '../../adapters/mysql/pools/pool-books.ts';
import { newRequestId } from '../../adapters/system/identity.ts';
import type { PoolGate } from '../../ports/pool-gate.ts';
import type { PoolDependencies } from '../../services/pools/dependencies.ts';
import { mysqlLimits, mysqlPlace } from './mysql-store.ts';
import type { MysqlStoreOptions } from './mysql-store.ts';

export interface PoolParts extends Pick<PoolDependencies, 'onRecovery'> {
  readonly database: Database;
  readonly gate: PoolGate;
}

/**
 * Both halves of the pools, and what binds them. For all who ask of one process, once: what they ask of
 * MySQL at one time travels together.
 */
export async function createPoolDependencies(
  options: MysqlStoreOptions,
  { database, gate, onRecovery }: PoolParts,
): Promise<PoolDependencies> {
  const { config, clock } = options;
  const place = await mysqlPlace(options);
  return {
    catalogue: createCatalogue(database),
    books: createPoolBooks({ database, lossLimit: config.pools.lossLimitUnits }),
    gate,
    locks: createNamedLocks(place.application, mysqlLimits(config)),
    clock,
    onRecovery,
    newId: () => newRequestId(clock.now()),
    settings: {
      batchEventsMax: config.worker.batchEventsMax,
      retentionMs: config.pools.retentionMs,
    },
  };
}
