import { systemClock } from '../../src/adapters/system/clock.ts';
import type { Database } from '../../src/adapters/mysql/database.ts';
import { STRATEGIES } from '../../src/cli/composition/stock.ts';
import { STRATEGY_NAMES } from '../../src/domain/posting.ts';
import type { StrategyName } from '../../src/domain/posting.ts';
import type { PostingStrategy } from '../../src/ports/posting-strategy.ts';

/** As inventory.config.yaml has it. */
const OPTIMISTIC_ATTEMPTS_MAX = 50;

/** Every strategy that `--strategy` takes: the suites run over all of them. */
export const strategyNames: readonly StrategyName[] = STRATEGY_NAMES;

export function createStrategy(
  name: StrategyName,
  database: Database,
  { attemptsMax = OPTIMISTIC_ATTEMPTS_MAX } = {},
): PostingStrategy {
  return STRATEGIES[name]({ database, clock: systemClock, attemptsMax });
}
