import { clear, COARSE_BITS, createHistogram, record } from '../histogram/histogram.ts';
import { toSparse } from '../histogram/sparse-histogram.ts';
import type { SparseHistogram } from '../histogram/sparse-histogram.ts';

/** What a screen shows of a run that goes on. */
export interface RunningTally {
  readonly latency: (durationMs: number) => void;
  readonly count: (outcome: TalliedOutcome, by: number) => void;
  /** The counts so far, and the latencies since it was taken the last time. */
  readonly take: () => Tallied;
}

export type TalliedOutcome = 'accepted' | 'refused' | 'failed' | 'units';
export type Tallied = Readonly<Record<TalliedOutcome, number>> & {
  readonly recentLatency: SparseHistogram;
};

export function createRunningTally(): RunningTally {
  const recent = createHistogram(COARSE_BITS);
  const counts = { accepted: 0, refused: 0, failed: 0, units: 0 };
  return {
    latency: (durationMs) => record(recent, durationMs),
    count: (outcome, by) => {
      counts[outcome] += by;
    },
    take: () => {
      const recentLatency = toSparse(recent);
      clear(recent);
      return { ...counts, recentLatency };
    },
  };
}
