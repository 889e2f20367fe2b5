import { changeGuarded } from '../adapters/mysql/stock-rows.ts';
import { assert } from '../lib/assert.ts';
import type { PostingStrategy } from '../ports/posting-strategy.ts';
import { afterChanges } from './after-changes.ts';
import { postUnit } from './posting-unit.ts';
import type { Claim, UnitDependencies } from './posting-unit.ts';

/** Row lock: SELECT … FOR UPDATE, check, UPDATE. Simple and reliable; the lock lives several round trips. */
export function createPessimistic(dependencies: UnitDependencies): PostingStrategy {
  return {
    name: 'pessimistic',
    post: (drafts, options) => postUnit(dependencies, pessimisticClaim, drafts, options),
  };
}

const pessimisticClaim: Claim = {
  name: 'pessimistic',
  locksOnRead: true,
  change: async (session, changes, read) => {
    assert(await changeGuarded(session, changes), 'a locked row still holds what was read from it');
    return afterChanges(changes, read);
  },
};
