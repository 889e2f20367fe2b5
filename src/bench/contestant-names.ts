import { STRATEGY_NAMES } from '../domain/posting.ts';
import type { StrategyName } from '../domain/posting.ts';

/** Ways that are known to be wrong, and how `lock` fares where its owner sleeps as theirs does. */
export const DEMONSTRATION_NAMES = ['lock-paused', 'read-check-write', 'lock-no-fence'] as const;

/** Everybody who can compete, in the order of the table. */
export const CONTESTANT_NAMES = [...STRATEGY_NAMES, ...DEMONSTRATION_NAMES] as const;
export type ContestantName = StrategyName | (typeof DEMONSTRATION_NAMES)[number];
