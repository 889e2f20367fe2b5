import {
  add,
  createHistogram,
  FINE_BITS,
  maxOf,
  percentile,
} from '../loadtest/histogram/histogram.ts';
import type { Histogram } from '../loadtest/histogram/histogram.ts';

/** Median, least and most of the rounds. */
export interface Spread {
  readonly median: number;
  readonly range: readonly [number, number];
}

export interface LatencySummary {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly p999: number | null;
  readonly max: number | null;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
  return { median, range: [sorted[0] ?? 0, sorted.at(-1) ?? 0] };
}

/** Of all rounds together. */
export function latencyOf(rounds: readonly Histogram[]): LatencySummary {
  const all = createHistogram(FINE_BITS);
  for (const round of rounds) add(all, round);
  const at = (share: number): number | null => percentile(all, share);
  const p50 = at(0.5);
  return {
    ...{ p50, p95: at(0.95), p99: at(0.99), p999: at(0.999) },
    max: p50 === null ? null : maxOf(all),
  };
}
