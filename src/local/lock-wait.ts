import { setTimeout as sleep } from 'node:timers/promises';
import { InvError } from '../lib/errors.ts';
import { interrupted } from './interrupted.ts';
import { lockOwnerPid, readLockOwner, tryLock } from './lock.ts';
import type { LocalOptions } from './options.ts';
import type { LocalPaths } from './paths.ts';

/** Short at first, because most locks are held for less than a second; longer, because twenty may wait. */
const POLL_MS = { first: 20, factor: 1.3, max: 100 };

export interface LockWait<T> {
  /** Monotonic time (`performance.now()`) at which waiting ends, in milliseconds. */
  deadlineMs: number;
  /** Asked between two tries: a value ends the waiting, because the lock is not needed any more. */
  otherwise: () => Promise<T | undefined>;
}

export type LockOutcome<T> = { release: () => void } | { instead: T };

/**
 * Waits for the lock of this home, which whoever starts or stops servers holds.
 * @throws InvError BUSY when the time is over, INTERRUPTED
 */
export async function waitForLock<T>(
  options: LocalOptions,
  paths: LocalPaths,
  wait: LockWait<T>,
): Promise<LockOutcome<T>> {
  let told = false;
  for (let pauseMs = POLL_MS.first; ; pauseMs = Math.min(pauseMs * POLL_MS.factor, POLL_MS.max)) {
    if (options.signal?.aborted === true) throw interrupted(options.signal);
    const release = tryLock(paths.lock, options.pid);
    if (release !== undefined) return { release };
    const instead = await wait.otherwise();
    if (instead !== undefined) return { instead };
    if (performance.now() > wait.deadlineMs) throw lockBusy(paths);
    if (!told && pauseMs === POLL_MS.max) {
      told = true;
      options.report?.('Waiting for another inv that starts or stops the private servers');
    }
    await sleep(pauseMs);
  }
}

function lockBusy(paths: LocalPaths): InvError {
  const owner = readLockOwner(paths.lock);
  const who = owner === undefined ? 'another inv' : `process ${lockOwnerPid(owner)}`;
  return new InvError('BUSY', `${who} is still starting or stopping the private servers`, {
    hint: 'inv local status',
    facts: { path: paths.lock },
  });
}
