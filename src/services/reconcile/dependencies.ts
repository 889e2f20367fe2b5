import type { Origin } from '../../domain/posting.ts';
import type { Catalogue } from '../../ports/catalogue.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CheckRequests } from '../../ports/check-requests.ts';
import type { NamedLocks } from '../../ports/named-locks.ts';
import type { MysqlFacts, RedisNode } from '../../ports/server-facts.ts';
import type { PoolDependencies } from '../pools/dependencies.ts';
import type { ReconcileBooks } from '../../ports/reconcile-books.ts';

/** What a reconciliation works with. */
export interface ReconcileDependencies {
  readonly books: ReconcileBooks;
  readonly catalogue: Catalogue;
  readonly locks: NamedLocks;
  readonly requests: CheckRequests;
  /** Both halves of the pools; opened only where there are any. */
  readonly pools: () => Promise<PoolDependencies>;
  readonly servers: {
    readonly mysql: () => Promise<Pick<MysqlFacts, 'variables'>>;
    readonly redis: () => Promise<readonly RedisNode[]>;
  };
  /** `mysql.pool_size_max`: with one connection, one check waits for the other. */
  readonly connectionsMax: number;
  /** `reconcile.late_ms`: a sale that is not booked so long after it, a hold so long after its deadline, is late. */
  readonly lateMs: number;
  readonly clock: Clock;
  readonly origin: Origin;
  /** The id of a run: at most 36 characters of ASCII. */
  readonly newId: () => string;
}
