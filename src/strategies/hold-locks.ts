import type { StockLocks } from '../adapters/redis/locks/stock-locks.ts';
import type { StockKey } from '../domain/decide.ts';
import { backoffMs } from '../lib/backoff.ts';
import { InvError } from '../lib/errors.ts';
import type { Clock } from '../ports/clock.ts';

export interface LockSettings {
  /** Life of a lock; it is extended every third of it while its owner works. */
  readonly ttlMs: number;
  /** Longest wait for the locks of others. */
  readonly waitMs: number;
}

export interface HoldDependencies {
  readonly locks: StockLocks;
  readonly clock: Clock;
  readonly settings: LockSettings;
}

const BETWEEN_TRIES = { baseMs: 1, factor: 1.5, maxMs: 50 };

/**
 * Runs the work with the locks of these rows, and gives them back. The work may still run when they
 * are lost: that is what its fencing token is for.
 * @param wanted rows in the global lock order, and a token that the new one must be above
 * @throws InvError BUSY when others held a lock all the time, STORE_UNAVAILABLE; the work has not begun
 */
export async function holdLocks<T>(
  { locks, clock, settings }: HoldDependencies,
  wanted: { readonly rows: readonly StockKey[]; readonly floor: number },
  work: (token: number) => Promise<T>,
): Promise<T> {
  const owned = { owner: locks.newOwner(), rows: wanted.rows };
  const done = new AbortController();
  try {
    const token = await acquire({ locks, clock, settings }, { ...owned, floor: wanted.floor });
    const extending = keepAlive({ locks, clock, settings }, owned, done.signal);
    extending.catch(() => undefined);
    return await work(token);
  } finally {
    done.abort();
    // A lock that cannot be given back ends by itself; what the work came to stands.
    await locks.release(owned).catch(() => undefined);
  }
}

interface Owned {
  readonly owner: string;
  readonly rows: readonly StockKey[];
}

async function acquire(
  { locks, clock, settings }: HoldDependencies,
  owned: Owned & { readonly floor: number },
): Promise<number> {
  const { ttlMs, waitMs } = settings;
  const lastAtMs = clock.monotonic() + waitMs;
  for (let attempt = 0; ; attempt += 1) {
    const { token } = await locks.acquire({ ...owned, ttlMs });
    if (token !== null) return token;
    const leftMs = lastAtMs - clock.monotonic();
    if (leftMs <= 0) throw busy(waitMs);
    await clock.sleep(Math.min(leftMs, backoffMs(attempt, clock.random(), BETWEEN_TRIES)));
  }
}

/** Goes on until the work is done or the locks are lost; then there is nothing left to extend. */
async function keepAlive(
  { locks, clock, settings: { ttlMs } }: HoldDependencies,
  owned: Owned,
  done: AbortSignal,
): Promise<void> {
  for (let isHeld = true; isHeld;) {
    await clock.sleep(ttlMs / 3, done);
    // A call that fails may be followed by one that gets through in time.
    isHeld = await locks.extend({ ...owned, ttlMs }).catch(() => true);
  }
}

function busy(waitMs: number): InvError {
  return new InvError(
    'BUSY',
    `others held the lock of this stock for ${String(waitMs)} ms; nothing was booked`,
    { hint: 'run it again, or use --strategy conditional' },
  );
}
