import { systemClock } from '../../src/adapters/system/clock.ts';
import type { Database } from '../../src/adapters/mysql/database.ts';
import { MYSQL_STRATEGIES } from '../../src/cli/composition/stock.ts';
import { MYSQL_STRATEGY_NAMES } from '../../src/domain/posting.ts';
import type { MysqlStrategyName } from '../../src/domain/posting.ts';
import type { PostingStrategy } from '../../src/ports/posting-strategy.ts';

/** As inventory.config.yaml has it. */
const OPTIMISTIC_ATTEMPTS_MAX = 50;

/** The strategies that decide inside MySQL; test/support/contestants.ts has the pools beside them. */
export const mysqlStrategyNames: readonly MysqlStrategyName[] = MYSQL_STRATEGY_NAMES;

export function createStrategy(
  name: MysqlStrategyName,
  database: Database,
  { attemptsMax = OPTIMISTIC_ATTEMPTS_MAX } = {},
): PostingStrategy {
  return MYSQL_STRATEGIES[name]({ database, clock: systemClock, attemptsMax });
}
