import type { Clock } from '../../ports/clock.ts';

/** Something that has to be done at given times. */
export interface Paced {
  /** When the next is due, by the monotonic clock; Infinity when nothing is left. */
  readonly dueMs: () => number;
  /** Does it, and moves on to the next. */
  readonly start: () => void;
  /** Grows whenever the event loop did work for the run, so that a turn without any counts as idle. */
  readonly workDone: () => number;
}

export interface PaceReport {
  /** Share of the time in which the event loop was neither asleep nor turning for nothing. */
  readonly busyShare: number;
  readonly elapsedMs: number;
}

/** Gaps from here on are slept through; a timer fires up to a millisecond late, so it is set earlier. */
const SLEEP_FROM_MS = 3;
const WAKE_EARLY_MS = 2;
/** Starts in one turn of the event loop, at most: then answers that have come in get their turn. */
const BURST_MAX = 64;

/**
 * Keeps to a schedule: each thing at its own absolute time, however late the one before it was. Short
 * gaps are waited for by turning the event loop (setImmediate), which goes on serving answers and is
 * exact to some microseconds; a timer would be exact to a millisecond.
 */
export function pace(
  paced: Paced,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<PaceReport> {
  const beganMs = clock.monotonic();
  let idleMs = 0;
  let turnedMs = beganMs;
  let workBefore = paced.workDone();
  let wasIdle = false;

  return new Promise((resolve, reject) => {
    const end = (): void => {
      const elapsedMs = clock.monotonic() - beganMs;
      resolve({ elapsedMs, busyShare: elapsedMs === 0 ? 0 : 1 - idleMs / elapsedMs });
    };

    const turn = (): void => {
      try {
        const now = clock.monotonic();
        if (wasIdle && paced.workDone() === workBefore) idleMs += now - turnedMs;
        turnedMs = now;
        const started = startDue(now);
        workBefore = paced.workDone();
        wasIdle = started === 0;
        waitForNext();
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };

    const startDue = (nowMs: number): number => {
      let now = nowMs;
      let started = 0;
      while (started < BURST_MAX && paced.dueMs() <= now && !signal.aborted) {
        paced.start();
        started += 1;
        now = clock.monotonic();
      }
      return started;
    };

    const waitForNext = (): void => {
      const dueMs = paced.dueMs();
      if (dueMs === Infinity || signal.aborted) {
        end();
        return;
      }
      const gapMs = dueMs - clock.monotonic();
      if (gapMs < SLEEP_FROM_MS) {
        setImmediate(turn);
        return;
      }
      const sleepMs = gapMs - WAKE_EARLY_MS;
      // An aborted sleep ends in a turn that sees the signal.
      clock.sleep(sleepMs, signal).then(() => {
        const now = clock.monotonic();
        // What the timer was late by is not idleness: something kept the loop from it.
        idleMs += Math.min(sleepMs, now - turnedMs);
        turnedMs = now;
        wasIdle = false;
        turn();
      }, turn);
    };

    turn();
  });
}
