import type { Clock } from '../../ports/clock.ts';
import type { LoadGauge } from '../../ports/load-target.ts';
import type { LoadRun } from './load-run.ts';
import { mergeRuns } from './merge-runs.ts';
import { SLOT_MS } from './series.ts';
import { watchGauge } from './watch-gauge.ts';
import type { Reading } from './watch-gauge.ts';

export interface ConductOptions {
  readonly clock: Clock;
  /** Starts every generator of the run for a schedule that begins then (milliseconds since the epoch). */
  readonly generate: (startAtMs: number) => readonly Promise<LoadRun>[];
  /** Time for generators to get ready, before the schedule begins. */
  readonly leadMs: number;
  /** null: nothing is watched, and nobody waits for settlement. */
  readonly gauge: LoadGauge | null;
  /** How long to wait for the books after the last answer. */
  readonly settleMs: number;
}

/** A run with all that is known of it before the books are read. */
export interface ConductedRun {
  readonly run: LoadRun;
  readonly startedAtMs: number;
  readonly generators: number;
  readonly readings: readonly Reading[];
  readonly gaugeProblem: string | null;
  /** From the last answer until the books showed every sale; null when that was not seen. */
  readonly settledAfterMs: number | null;
}

/** Runs all generators at once, watches the stores beside them, and waits until the books are quiet. */
export async function conduct(options: ConductOptions): Promise<ConductedRun> {
  const { clock, gauge } = options;
  const startedAtMs = clock.now() + options.leadMs;
  const zeroMs = clock.monotonic() + options.leadMs;
  const watch = gauge === null ? null : watchGauge({ gauge, clock, intervalMs: SLOT_MS, zeroMs });
  try {
    const parts = await Promise.all(options.generate(startedAtMs));
    const run = mergeRuns(parts);
    const until = { sinceMs: run.lastAnswerMs, timeoutMs: options.settleMs };
    const settled = run.isAborted ? null : ((await watch?.settled(until)) ?? null);
    return {
      run,
      startedAtMs,
      generators: parts.length,
      readings: watch?.readings() ?? [],
      gaugeProblem: watch?.problem() ?? null,
      settledAfterMs: settled === null ? null : Math.max(0, settled.atMs - run.lastAnswerMs),
    };
  } finally {
    await watch?.stop();
  }
}
