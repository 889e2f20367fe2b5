import type { SparseHistogram } from '../histogram/sparse-histogram.ts';
import type { History } from '../history/history.ts';
import type { Series } from './series.ts';

export interface LoadLimits {
  /** Requests without an answer at one time; a start beyond it is dropped and counted. */
  readonly inFlightMax: number;
  /** How long to wait for answers after the last start. */
  readonly drainMs: number;
  /** How long to go on asking for what became of unknown outcomes, after the drain. */
  readonly resolveMs: number;
  /** Of those at one time. */
  readonly resolveInFlightMax: number;
}

export const DEFAULT_LIMITS: LoadLimits = {
  inFlightMax: 10_000,
  drainMs: 30_000,
  resolveMs: 30_000,
  resolveInFlightMax: 16,
};

/** Starts of the plan, apart from the warm-up: `offered = started + dropped`. */
export interface StartCounts {
  /** What the schedule called for. */
  readonly offered: number;
  readonly started: number;
  /** Not sent, because too many were in flight. */
  readonly dropped: number;
  /** Planned for the case that an earlier answer was another: a retry of what was sold, … */
  readonly skipped: number;
  /** Started and not answered when the drain ended; asked for again afterwards. */
  readonly unanswered: number;
}

/** How the generator itself did: what decides whether the figures are the system's or its own. */
export interface GeneratorHealth {
  /** From the first start that was planned to the last. */
  readonly plannedMs: number;
  /** From the first start that was made (or dropped) to the last. */
  readonly dispatchedMs: number;
  readonly busyShare: number;
}

/** One generator's part of a run, or the whole; plain data, which can be sent to another thread. */
export interface LoadRun {
  readonly counts: StartCounts;
  readonly warmUp: StartCounts;
  /** In milliseconds, without the warm-up. */
  readonly histograms: {
    /** From the intended start to the answer: waiting behind a slow system counts. */
    readonly latency: SparseHistogram;
    /** From the actual start to the answer. */
    readonly service: SparseHistogram;
    /** From the intended start to the actual one. */
    readonly lag: SparseHistogram;
  };
  readonly series: Series;
  readonly history: History;
  /** Of the plan as far as it was drawn. */
  readonly planHash: string;
  readonly health: GeneratorHealth;
  readonly isAborted: boolean;
  /** From the start of the schedule to the last answer. */
  readonly lastAnswerMs: number;
  /** Least units left that any answer named; null when none did. */
  readonly remainingMin: number | null;
  /** First messages of failures, each once. */
  readonly failures: readonly string[];
}
