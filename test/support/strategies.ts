import { randomUUID } from 'node:crypto';
import { afterAll } from 'vitest';
import type { Database } from '../../src/adapters/mysql/database.ts';
import type { OpenStockLocks } from '../../src/adapters/redis/locks/stock-locks.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { MYSQL_STRATEGIES } from '../../src/cli/composition/stock.ts';
import { MYSQL_STRATEGY_NAMES } from '../../src/domain/posting.ts';
import type { StrategyName } from '../../src/domain/posting.ts';
import type { PostingStrategy } from '../../src/ports/posting-strategy.ts';
import { createLock } from '../../src/strategies/lock.ts';
import { createTestLocks, redisAt } from './locks.ts';
import { testServers } from './servers.ts';

/** As inventory.config.yaml has it. */
const OPTIMISTIC_ATTEMPTS_MAX = 50;
const LOCK_SETTINGS = { ttlMs: 5000, waitMs: 10_000 };

type LedgerStrategyName = Exclude<StrategyName, 'lua'>;

/** The strategies that book in MySQL themselves; test/support/contestants.ts has the pools beside them. */
export const mysqlStrategyNames: readonly LedgerStrategyName[] = [...MYSQL_STRATEGY_NAMES, 'lock'];

export function createStrategy(
  name: LedgerStrategyName,
  database: Database,
  { attemptsMax = OPTIMISTIC_ATTEMPTS_MAX } = {},
): PostingStrategy {
  const unit = { database, clock: systemClock, attemptsMax };
  return name === 'lock'
    ? createLock({ ...unit, locks: fileLocks(), settings: LOCK_SETTINGS })
    : MYSQL_STRATEGIES[name](unit);
}

let opened: OpenStockLocks | undefined;

/** One connection and one key prefix for the strategies of a test file. */
function fileLocks(): OpenStockLocks {
  opened ??= createTestLocks({
    target: redisAt(testServers().redisSocket),
    keyPrefix: `t_${randomUUID()}`,
  });
  return opened;
}

afterAll(() => opened?.disconnect());
