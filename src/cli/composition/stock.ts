import { createCatalogue } from '../../adapters/mysql/catalogue.ts';
import type { Database } from '../../adapters/mysql/database.ts';
import type { Config } from '../../config/config.ts';
import type { MysqlStrategyName, Origin, StrategyName } from '../../domain/posting.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PostingStrategy } from '../../ports/posting-strategy.ts';
import type { OrderDependencies } from '../../services/orders/dependencies.ts';
import type { PoolDependencies } from '../../services/pools/dependencies.ts';
import type { StockDependencies } from '../../services/stock/post-stock.ts';
import { createConditional } from '../../strategies/conditional.ts';
import { createOptimistic } from '../../strategies/optimistic.ts';
import { createPessimistic } from '../../strategies/pessimistic.ts';
import type { UnitDependencies } from '../../strategies/posting-unit.ts';

/** The strategies that decide inside MySQL. `lua` needs Redis, and is put together in pool-strategy.ts. */
export const MYSQL_STRATEGIES: Readonly<
  Record<MysqlStrategyName, (dependencies: UnitDependencies) => PostingStrategy>
> = {
  conditional: createConditional,
  pessimistic: createPessimistic,
  optimistic: createOptimistic,
};

export interface StockParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly origin: Origin;
  readonly config: Config;
  readonly orders: () => Promise<OrderDependencies>;
  readonly pools: () => Promise<PoolDependencies>;
}

export async function createStock(
  name: StrategyName,
  parts: StockParts,
): Promise<StockDependencies> {
  const { database, origin } = parts;
  return { catalogue: createCatalogue(database), strategy: await strategyOf(name, parts), origin };
}

async function strategyOf(name: StrategyName, parts: StockParts): Promise<PostingStrategy> {
  const { database, clock, config } = parts;
  const unit = { database, clock, attemptsMax: config.stock.optimisticAttemptsMax };
  if (name !== 'lua') return MYSQL_STRATEGIES[name](unit);
  const { createPoolStrategy } = await import('./pool-strategy.ts');
  return createPoolStrategy({ ...parts, conditional: createConditional(unit) });
}
