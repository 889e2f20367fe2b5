import type { HeldLock } from '../ports/named-locks.ts';
import type { WorkerDependencies } from './dependencies.ts';

/** Name of the lock that the active worker of a shard holds. */
export function shardLockName(shard: number): string {
  return `settle:${shard}`;
}

export type Role =
  /** This worker reads the shard. */
  | 'active'
  /** Another does; this one is ready to follow. */
  | 'standing_by'
  /** Another holds the lock and does not move: both work until it shows itself. */
  | 'stepping_in';

export interface ShardLease {
  role(): Promise<Role>;
  /** Somebody else has moved the shard, so a worker that stepped in steps back. */
  overtaken(): void;
  release(): Promise<void>;
}

/** How long one question for the lock waits: the next worker follows at once, and a stop is not held up. */
const LOCK_WAIT_MS = 2000;

/** A worker that is alive moves its shard at least once a heartbeat. */
const BEATS_MISSED_MAX = 3;

/**
 * One worker reads a shard, by a lock that ends with its process, and the next one stands by. That spares
 * lost races only: what is settled once is decided by the version in the books. So a worker that was
 * stopped with the lock in its hands (SIGSTOP, a machine that hangs) does not stop the others.
 */
export function createShardLease(
  { books, clock, locks }: Pick<WorkerDependencies, 'books' | 'clock' | 'locks'>,
  { shard, heartbeatMs }: { readonly shard: number; readonly heartbeatMs: number },
): ShardLease {
  let held: HeldLock | null = null;
  let checkedAt = 0;
  let seen: { readonly version: number; readonly atMs: number } | null = null;
  let hasSteppedIn = false;

  async function take(): Promise<boolean> {
    held = await locks.take(shardLockName(shard), { waitMs: LOCK_WAIT_MS });
    checkedAt = clock.monotonic();
    return held !== null;
  }

  async function isHolderSilent(): Promise<boolean> {
    const { progress } = await books.shard(shard, { includeClosed: false });
    const now = clock.monotonic();
    if (seen?.version !== progress.version) seen = { version: progress.version, atMs: now };
    return now - seen.atMs > heartbeatMs * BEATS_MISSED_MAX;
  }

  return {
    role: async () => {
      const isFresh = clock.monotonic() - checkedAt < heartbeatMs;
      if (held !== null) {
        if (isFresh) return 'active';
        checkedAt = clock.monotonic();
        if (await held.isHeld()) return 'active';
        held = null;
      }
      if (hasSteppedIn && isFresh) return 'stepping_in';
      if (await take()) {
        hasSteppedIn = false;
        return 'active';
      }
      if (!hasSteppedIn) hasSteppedIn = await isHolderSilent();
      return hasSteppedIn ? 'stepping_in' : 'standing_by';
    },
    overtaken: () => {
      hasSteppedIn = false;
      seen = null;
    },
    release: async () => {
      await held?.release();
      held = null;
    },
  };
}
