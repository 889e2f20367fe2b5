import type { Clock } from '../../../src/ports/clock.ts';

export interface VirtualClock extends Clock {
  /** Lets time pass as if the processor had been busy with something else. */
  readonly pass: (milliseconds: number) => void;
}

const LOOK_MS = 0.002;

/**
 * A clock on which looking takes two microseconds and waiting takes nothing: a run of seconds is over as
 * fast as it can be computed, and its times are the same on a busy machine.
 */
export function createVirtualClock(): VirtualClock {
  let now = 0;
  let looks = 0;
  let sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];
  let isTurning = false;

  function wakeDue(): void {
    const due = sleepers.filter(({ atMs }) => atMs <= now).sort((a, b) => a.atMs - b.atMs);
    sleepers = sleepers.filter(({ atMs }) => atMs > now);
    for (const { wake } of due) wake();
  }

  /** When nobody has looked for some turns of the event loop, everybody sleeps: then the next one is woken. */
  function turn(looksBefore: number, quietTurns: number): void {
    if (sleepers.length === 0) {
      isTurning = false;
      return;
    }
    const quiet = looks === looksBefore ? quietTurns + 1 : 0;
    if (quiet >= 3) now = Math.max(now, Math.min(...sleepers.map(({ atMs }) => atMs)));
    wakeDue();
    const seen = looks;
    setImmediate(() => turn(seen, quiet));
  }

  return {
    now: () => 1_700_000_000_000 + now,
    monotonic: () => {
      looks += 1;
      now += LOOK_MS;
      return now;
    },
    random: () => 0.5,
    pass: (milliseconds) => {
      now += milliseconds;
    },
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason as Error);
          return;
        }
        const onAbort = (): void => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          reject(signal?.reason as Error);
        };
        const wake = (): void => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        };
        const sleeper = { atMs: now + milliseconds, wake };
        sleepers.push(sleeper);
        signal?.addEventListener('abort', onAbort, { once: true });
        if (isTurning) return;
        isTurning = true;
        const seen = looks;
        setImmediate(() => turn(seen, 0));
      }),
  };
}
