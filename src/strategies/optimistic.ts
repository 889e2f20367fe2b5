import { changeVersioned } from '../adapters/mysql/stock-rows.ts';
import type { PostingStrategy } from '../ports/posting-strategy.ts';
import { afterChanges } from './after-changes.ts';
import { postUnit } from './posting-unit.ts';
import type { Claim, UnitDependencies } from './posting-unit.ts';

/**
 * Version number: read without a lock, UPDATE … WHERE version = what was read, else decide anew
 * after a jittered pause. A version only grows, so a balance that went away and came back
 * (the ABA problem) is noticed.
 */
export function createOptimistic(dependencies: UnitDependencies): PostingStrategy {
  return {
    name: 'optimistic',
    post: (drafts, options) => postUnit(dependencies, optimisticClaim, drafts, options),
  };
}

const optimisticClaim: Claim = {
  name: 'optimistic',
  locksOnRead: false,
  change: async (session, changes, read) =>
    (await changeVersioned(session, changes)) ? afterChanges(changes, read) : null,
};
