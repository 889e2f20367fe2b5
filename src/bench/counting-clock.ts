import type { Clock } from '../ports/clock.ts';

/** A clock that counts how often somebody waited to try anew. Waits that can be cut short are no such tries. */
export function createCountingClock(clock: Clock): {
  readonly clock: Clock;
  readonly waits: () => number;
} {
  let waits = 0;
  return {
    clock: {
      ...clock,
      sleep: (milliseconds, signal) => {
        if (signal === undefined) waits += 1;
        return clock.sleep(milliseconds, signal);
      },
    },
    waits: () => waits,
  };
}
