import { createCatalogue } from '../../adapters/mysql/catalogue.ts';
import type { Database } from '../../adapters/mysql/database.ts';
import { createNamedLocks } from '../../adapters/mysql/named-locks.ts';
import { createReconcileBooks } from '../../adapters/mysql/reconcile/reconcile-books.ts';
import { newRequestId } from '../../adapters/system/identity.ts';
import type { Origin } from '../../domain/posting.ts';
import type { ReconcileDependencies } from '../../services/reconcile/dependencies.ts';
import { mysqlLimits, mysqlPlace } from './mysql-store.ts';
import type { MysqlStoreOptions } from './mysql-store.ts';

export interface ReconcileParts {
  readonly database: Database;
  readonly origin: Origin;
}

/** What a reconciliation works with. */
export async function createReconcile(
  options: MysqlStoreOptions,
  { database, origin }: ReconcileParts,
): Promise<ReconcileDependencies> {
  const { config, clock } = options;
  const place = await mysqlPlace(options);
  const limits = mysqlLimits(config);
  const { statementTimeoutMs } = limits;
  return {
    books: createReconcileBooks({ database, statementTimeoutMs }),
    catalogue: createCatalogue(database),
    locks: createNamedLocks(place.application, limits),
    clock,
    origin,
    newId: () => newRequestId(clock.now()),
  };
}
