import { createCatalogue } from '../../adapters/mysql/catalogue.ts';
import type { Database } from '../../adapters/mysql/database.ts';
import type { Config } from '../../config/config.ts';
import type { Origin, StrategyName } from '../../domain/posting.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PostingStrategy } from '../../ports/posting-strategy.ts';
import type { StockDependencies } from '../../services/stock/post-stock.ts';
import { createConditional } from '../../strategies/conditional.ts';
import { createOptimistic } from '../../strategies/optimistic.ts';
import { createPessimistic } from '../../strategies/pessimistic.ts';
import type { UnitDependencies } from '../../strategies/posting-unit.ts';

export const STRATEGIES: Readonly<
  Record<StrategyName, (dependencies: UnitDependencies) => PostingStrategy>
> = {
  conditional: createConditional,
  pessimistic: createPessimistic,
  optimistic: createOptimistic,
};

interface StockParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly origin: Origin;
  readonly config: Config;
}

export function createStock(
  name: StrategyName,
  { database, clock, origin, config }: StockParts,
): StockDependencies {
  const attemptsMax = config.stock.optimisticAttemptsMax;
  return {
    catalogue: createCatalogue(database),
    strategy: STRATEGIES[name]({ database, clock, attemptsMax }),
    origin,
  };
}
