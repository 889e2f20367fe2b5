import { changeFenced, readFence } from '../adapters/mysql/stock-fence.ts';
import { lockOrder } from '../domain/decide.ts';
import type { PostingDraft, PostingOutcome } from '../domain/posting.ts';
import { InvError } from '../lib/errors.ts';
import type { PostingStrategy, PostOptions } from '../ports/posting-strategy.ts';
import { afterChanges } from './after-changes.ts';
import { holdLocks } from './hold-locks.ts';
import type { HoldDependencies } from './hold-locks.ts';
import { FencedOff, postUnit } from './posting-unit.ts';
import type { Claim, UnitDependencies } from './posting-unit.ts';

export type LockDependencies = UnitDependencies & HoldDependencies;

/**
 * Distributed lock: SET NX PX in Redis under an owner's name, read, decide, write, release.
 *
 * A lock in Redis ends by its clock, and its owner may be asleep by then, so the lock alone protects
 * nothing. MySQL judges: the owner writes only with a fencing token above every token that has written
 * to the row (Kleppmann, "How to do distributed locking", 2016). The token orders the writers; it does
 * not say that what one of them has read is still true, because two may have read before either
 * writes. So the same statement also asks for the version that was read.
 *
 * Redis may lose its locks and its count: then owners overlap, the lower token is refused, and the next
 * one is drawn above what MySQL has seen. Without Redis nothing is booked.
 */
export function createLock(dependencies: LockDependencies): PostingStrategy {
  return {
    name: 'lock',
    post: (drafts, options) =>
      options.dryRun
        ? // Nobody has to wait for a trial: nothing of it stays.
          postUnit(dependencies, claimWith(Number.MAX_SAFE_INTEGER), drafts, options)
        : postLocked(dependencies, drafts, options),
  };
}

async function postLocked(
  dependencies: LockDependencies,
  drafts: readonly PostingDraft[],
  options: PostOptions,
): Promise<readonly PostingOutcome[]> {
  const rows = lockOrder(drafts.flatMap(({ lines }) => lines));
  let floor = 0;
  for (let attempt = 1; attempt <= dependencies.attemptsMax; attempt += 1) {
    try {
      return await holdLocks(dependencies, { rows, floor }, (token) =>
        postUnit(dependencies, claimWith(token), drafts, options),
      );
    } catch (error) {
      if (!(error instanceof FencedOff)) throw error;
      floor = Math.max(floor, error.fence);
    }
  }
  throw new InvError(
    'BUSY',
    `the lock of this stock was lost ${String(dependencies.attemptsMax)} times in a row; nothing was booked`,
    { hint: 'raise stock.lock_ttl_ms, or use --strategy conditional' },
  );
}

function claimWith(token: number): Claim {
  return {
    name: 'lock',
    locksOnRead: false,
    change: async (session, changes, read) => {
      if (await changeFenced(session, changes, token)) return afterChanges(changes, read);
      const fence = await readFence(session, changes, token);
      return fence === null ? null : { fencedBy: fence };
    },
  };
}
