import type { Database } from '../adapters/mysql/database.ts';
import type { StockLocks } from '../adapters/redis/locks/stock-locks.ts';
import type { Clock } from '../ports/clock.ts';
import type { LockSettings } from '../strategies/hold-locks.ts';

/** Locks that end soon, so that an owner can sleep past their end without holding everybody up for long. */
export const PAUSED_LOCK: LockSettings = { ttlMs: 60, waitMs: 20_000 };

const PAUSE_MS = 150;
/** One owner in so many sleeps, the first of a bout soon. */
const PAUSED_ONE_IN = 16;

export interface Pauses {
  /** Sleeps past the end of the lock, or not at all. */
  maybe(): Promise<void>;
}

/** Real sleep, as of a process that is stopped or collects garbage. */
export function createPauses(clock: Clock): Pauses {
  let owners = 0;
  const never = new AbortController().signal;
  return {
    maybe: async () => {
      owners += 1;
      // With a signal it is no wait for another writer.
      if (owners % PAUSED_ONE_IN === 4) await clock.sleep(PAUSE_MS, never);
    },
  };
}

/** A process that sleeps extends no lock. */
export function withoutExtension(locks: StockLocks): StockLocks {
  return { ...locks, extend: () => Promise.resolve(false) };
}

/** The database of owners who sleep between what they have read and the row that they write. */
export function pausedBeforeWriting(database: Database, pauses: Pauses): Database {
  return {
    ...database,
    transaction: (work) =>
      database.transaction((session) =>
        work({
          ...session,
          run: async (sql, parameters) => {
            await pauses.maybe();
            return session.run(sql, parameters);
          },
        }),
      ),
  };
}
