import type { LatencySummary } from '../../../bench/latency.ts';
import type { LatencyDocument } from '../../../report/bench/bench-document.ts';

/** Milliseconds, to a microsecond. */
export function latencyDocument({ p50, p95, p99, p999, max }: LatencySummary): LatencyDocument {
  const value = (ms: number | null): number | null => (ms === null ? null : rounded(ms, 1000));
  return {
    ...{ p50: value(p50), p95: value(p95), p99: value(p99) },
    ...{ p999: value(p999), max: value(max) },
  };
}

/** @param steps of one unit that are kept */
export function rounded(value: number, steps = 10): number {
  return Math.round(value * steps) / steps;
}
