import type { Clock } from '../../ports/clock.ts';

/** What a server's clock said, and when that was read by our own monotonic clock. */
export interface ServerTime {
  readonly nowMs: number;
  /** Taken after the answer came, so that what follows from it is never later than it should be. */
  readonly readAtMs: number;
}

/** The life of the attempts of one request: none has an effect after its end. */
export interface Series {
  readonly startedAtMs: number;
  elapsedMs(): number;
  remainingMs(): number;
  /** The end by a server's clock, in milliseconds since the epoch. */
  notAfterMs(time: ServerTime): number;
  /** The same clock now, advanced by ours. */
  nowMs(time: ServerTime): number;
  /** @returns false at once when the series ends before the pause would */
  pause(milliseconds: number): Promise<boolean>;
}

export function openSeries(clock: Clock, budgetMs: number): Series {
  const startedAtMs = clock.monotonic();
  const endsAtMs = startedAtMs + budgetMs;
  return {
    startedAtMs,
    elapsedMs: () => clock.monotonic() - startedAtMs,
    remainingMs: () => endsAtMs - clock.monotonic(),
    notAfterMs: ({ nowMs, readAtMs }) => Math.floor(nowMs + (endsAtMs - readAtMs)),
    nowMs: ({ nowMs, readAtMs }) => Math.floor(nowMs + (clock.monotonic() - readAtMs)),
    pause: async (milliseconds) => {
      if (clock.monotonic() + milliseconds >= endsAtMs) return false;
      await clock.sleep(milliseconds);
      return true;
    },
  };
}
