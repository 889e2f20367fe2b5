import { Rollback } from '../../adapters/mysql/database.ts';
import type { Database } from '../../adapters/mysql/database.ts';
import { isDuplicateKey } from '../../adapters/mysql/errors.ts';
import type { StockLocks } from '../../adapters/redis/locks/stock-locks.ts';
import type { PostingDraft } from '../../domain/posting.ts';
import { assert } from '../../lib/assert.ts';
import type { Clock } from '../../ports/clock.ts';
import { holdLocks } from '../../strategies/hold-locks.ts';
import { draftOf } from '../bench-draft.ts';
import type { DraftParts } from '../bench-draft.ts';
import type { BenchAnswer, Contestant } from '../contestant.ts';
import { PAUSED_LOCK, withoutExtension } from '../paused-owner.ts';
import type { Pauses } from '../paused-owner.ts';
import { readLevel, writeLevel } from './unsafe-rows.ts';

const NAME = 'lock-no-fence';

export interface LockWithoutFenceParts extends DraftParts {
  readonly database: Database;
  readonly locks: StockLocks;
  readonly clock: Clock;
  readonly pauses: Pauses;
  readonly retries: () => number;
}

/**
 * Reads, checks and writes under the same lock as the strategy `lock`, and trusts it. Now and then an
 * owner sleeps between reading and writing until its lock has ended: it writes over what others wrote.
 */
export function createLockWithoutFence(parts: LockWithoutFenceParts): Contestant {
  const { locks, clock, retries } = parts;
  const holding = { locks: withoutExtension(locks), clock, settings: PAUSED_LOCK };
  return {
    name: NAME,
    isUnsafe: true,
    retries,
    take: (request) => {
      const draft = draftOf(request, parts);
      return holdLocks(holding, { rows: draft.lines, floor: 0 }, () => sell(parts, draft));
    },
  };
}

async function sell(
  { database, pauses }: LockWithoutFenceParts,
  draft: PostingDraft,
): Promise<BenchAnswer> {
  const [line] = draft.lines;
  assert(line !== undefined, 'a request of the bench has one line');
  const level = (await database.read((session) => readLevel(session, line))) + line.quantity;
  if (level < 0) return 'rejected';
  await pauses.maybe();
  return database.transaction<BenchAnswer>(async (session) => {
    try {
      await writeLevel(session, line, draft, { strategy: NAME, level });
      return 'accepted';
    } catch (error) {
      if (isDuplicateKey(error)) throw new Rollback<BenchAnswer>('replayed');
      throw error;
    }
  });
}
