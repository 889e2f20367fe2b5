import { createCatalogue } from '../../adapters/mysql/catalogue.ts';
import type { MysqlStrategyName, StrategyName } from '../../domain/posting.ts';
import type { PostingStrategy } from '../../ports/posting-strategy.ts';
import type { StockDependencies } from '../../services/stock/post-stock.ts';
import { createConditional } from '../../strategies/conditional.ts';
import { createOptimistic } from '../../strategies/optimistic.ts';
import { createPessimistic } from '../../strategies/pessimistic.ts';
import type { UnitDependencies } from '../../strategies/posting-unit.ts';
import type { StockParts } from './stock-parts.ts';

/** The strategies that decide inside MySQL. `lock` and `lua` need Redis; `lua` is put together in pool-strategy.ts. */
export const MYSQL_STRATEGIES: Readonly<
  Record<MysqlStrategyName, (dependencies: UnitDependencies) => PostingStrategy>
> = {
  conditional: createConditional,
  pessimistic: createPessimistic,
  optimistic: createOptimistic,
};

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
  if (name === 'lock') {
    const { createLock } = await import('../../strategies/lock.ts');
    const settings = { ttlMs: config.stock.lockTtlMs, waitMs: config.stock.lockWaitMs };
    return createLock({ ...unit, locks: await parts.locks(), settings });
  }
  if (name !== 'lua') return MYSQL_STRATEGIES[name](unit);
  const { createPoolStrategy } = await import('./pool-strategy.ts');
  return createPoolStrategy({ ...parts, conditional: createConditional(unit) });
}
