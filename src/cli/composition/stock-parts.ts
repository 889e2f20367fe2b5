import type { Database } from '../../adapters/mysql/database.ts';
import type { StockLocks } from '../../adapters/redis/locks/stock-locks.ts';
import type { Config } from '../../config/config.ts';
import type { Origin } from '../../domain/posting.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OrderDependencies } from '../../services/orders/dependencies.ts';
import type { PoolDependencies } from '../../services/pools/dependencies.ts';

/** What strategies are made of; what only the pools need is opened when it is asked for. */
export interface StockParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly origin: Origin;
  readonly config: Config;
  readonly orders: () => Promise<OrderDependencies>;
  readonly locks: () => Promise<StockLocks>;
  readonly pools: () => Promise<PoolDependencies>;
}
