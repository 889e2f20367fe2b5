import type { Clock } from '../../ports/clock.ts';
import type { LoadGauge } from '../../ports/load-target.ts';

/** What the stores held at one moment of the run. */
export interface Reading {
  /** Milliseconds from the start of the schedule. */
  readonly atMs: number;
  readonly unitsLeft: number | null;
  readonly backlog: number | null;
}

export interface GaugeWatch {
  readonly readings: () => readonly Reading[];
  /** Why the first reading that failed did; null when none has. A missing reading spoils no run. */
  readonly problem: () => string | null;
  /**
   * Resolves with the first reading from `sinceMs` on that shows no backlog, or null when the time is up
   * or nobody can tell. An earlier reading may have missed the last sales.
   */
  readonly settled: (options: {
    readonly sinceMs: number;
    readonly timeoutMs: number;
  }) => Promise<Reading | null>;
  /** Resolves when the last reading has come back. */
  readonly stop: () => Promise<void>;
}

export interface WatchOptions {
  readonly gauge: LoadGauge;
  readonly clock: Clock;
  readonly intervalMs: number;
  /** The start of the schedule, by the monotonic clock. */
  readonly zeroMs: number;
}

/** Reads the gauge again and again, one reading at a time, from now until it is stopped. */
export function watchGauge({ gauge, clock, intervalMs, zeroMs }: WatchOptions): GaugeWatch {
  const readings: Reading[] = [];
  const stopped = new AbortController();
  let problem: string | null = null;
  let onReading: (() => void) | undefined;

  async function watch(): Promise<void> {
    while (!stopped.signal.aborted) {
      const beganMs = clock.monotonic();
      try {
        const reading = await gauge.read();
        readings.push({ atMs: clock.monotonic() - zeroMs, ...reading });
      } catch (error) {
        problem ??= error instanceof Error ? error.message : String(error);
      }
      onReading?.();
      const restMs = Math.max(1, intervalMs - (clock.monotonic() - beganMs));
      await clock.sleep(restMs, stopped.signal).catch(() => undefined);
    }
  }

  const watching = watch();

  return {
    readings: () => readings,
    problem: () => problem,
    settled: async ({ sinceMs, timeoutMs }) => {
      const deadlineMs = clock.monotonic() + timeoutMs;
      while (clock.monotonic() < deadlineMs) {
        const settled = readings.find(({ atMs, backlog }) => atMs >= sinceMs && backlog === 0);
        if (settled !== undefined) return settled;
        if (stopped.signal.aborted) return null;
        await new Promise<void>((resolve) => {
          onReading = resolve;
        });
      }
      return null;
    },
    stop: async () => {
      stopped.abort();
      await watching;
    },
  };
}
