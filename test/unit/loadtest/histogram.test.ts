import { createHistogram as createNodeHistogram } from 'node:perf_hooks';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  add,
  clear,
  COARSE_BITS,
  countOf,
  createHistogram,
  FINE_BITS,
  maxOf,
  meanOf,
  percentile,
  record,
} from '../../../src/loadtest/histogram/histogram.ts';
import type { Histogram } from '../../../src/loadtest/histogram/histogram.ts';
import { mergeSparse, toSparse } from '../../../src/loadtest/histogram/sparse-histogram.ts';
import type { SparseHistogram } from '../../../src/loadtest/histogram/sparse-histogram.ts';
import { createRandom } from '../../../src/loadtest/random/random.ts';

const SHARES = [0, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1];

function histogramOf(values: readonly number[], bits = FINE_BITS): Histogram {
  const histogram = createHistogram(bits);
  for (const value of values) record(histogram, value);
  return histogram;
}

/** Nearest rank, by sorting. */
function exactPercentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(share * values.length - 1e-9)) - 1]!;
}

/** Latencies as they are: most are small, some a thousand times larger. */
function latencies(count: number, seed: number): number[] {
  const { unit } = createRandom(seed, 'latencies');
  return Array.from({ length: count }, () => 0.05 * Math.exp(8 * unit() ** 3));
}

describe('a histogram', () => {
  const inRange = fc.double({ min: 2 ** -14, max: 2 ** 22, maxExcluded: true, noNaN: true });

  it.each([
    [FINE_BITS, 0.001],
    [COARSE_BITS, 0.008],
  ])('with %d bits knows every percentile within %d', (bits, error) => {
    fc.assert(
      fc.property(fc.array(inRange, { minLength: 1, maxLength: 200 }), (values) => {
        const histogram = histogramOf(values, bits);
        for (const share of SHARES) {
          const exact = exactPercentile(values, share);
          expect(Math.abs(percentile(histogram, share)! - exact)).toBeLessThanOrEqual(
            exact * error,
          );
        }
        expect([countOf(histogram), maxOf(histogram)]).toEqual([
          values.length,
          Math.max(...values),
        ]);
      }),
    );
  });

  it('says what Node.js says', () => {
    const values = latencies(100_000, 1);
    const [own, node] = [histogramOf(values), createNodeHistogram({ figures: 3 })];
    for (const value of values) node.record(Math.round(value * 1e6));
    for (const share of [0.5, 0.75, 0.9, 0.95, 0.99, 0.999]) {
      const ratio = percentile(own, share)! / (node.percentile(share * 100) / 1e6);
      expect(Math.abs(ratio - 1), `p${share * 100}`).toBeLessThan(0.002);
    }
    expect(meanOf(own)! / (node.mean / 1e6)).toBeCloseTo(1, 3);
    expect(maxOf(own) / (node.max / 1e6)).toBeCloseTo(1, 2);
  });

  it('counts what lies outside of its range at the edge, and knows the extremes exactly', () => {
    const histogram = histogramOf([0, -1, 1e-9, 5e6, 1e12]);
    expect(percentile(histogram, 0.2)).toBeLessThan(0.0001);
    expect(percentile(histogram, 1)).toBeGreaterThan(4e6);
    expect([countOf(histogram), maxOf(histogram)]).toEqual([5, 1e12]);
  });

  it('has no percentile of nothing', () => {
    const empty = createHistogram(FINE_BITS);
    expect([percentile(empty, 0.5), meanOf(empty), countOf(empty)]).toEqual([null, null, 0]);
    const cleared = histogramOf([1, 2]);
    clear(cleared);
    expect(cleared).toEqual(empty);
  });

  it('gives the exact value when all are one', () => {
    const histogram = histogramOf(new Array<number>(1_000).fill(12.345));
    expect(SHARES.map((share) => percentile(histogram, share))).toEqual(SHARES.map(() => 12.345));
  });

  it('merges, also through JSON, into what one histogram would have counted', () => {
    const values = latencies(9_000, 3);
    const parts = [0, 1, 2].map((part) =>
      histogramOf(values.filter((_, index) => index % 3 === part)),
    );
    const whole = histogramOf(values);
    const dense = createHistogram(FINE_BITS);
    parts.forEach((part) => add(dense, part));
    const sent = parts.map((part) => JSON.parse(JSON.stringify(toSparse(part))) as SparseHistogram);
    const sparse = mergeSparse(FINE_BITS, [...sent, toSparse(createHistogram(FINE_BITS))]);
    for (const merged of [dense, sparse]) {
      expect(merged.counts).toEqual(whole.counts);
      expect(SHARES.map((share) => percentile(merged, share))).toEqual(
        SHARES.map((share) => percentile(whole, share)),
      );
      expect(meanOf(merged)).toBeCloseTo(meanOf(whole)!, 9);
    }
    expect(toSparse(sparse).buckets).toEqual(toSparse(whole).buckets);
  });

  it('does not add what has another resolution', () => {
    const [fine, coarse] = [createHistogram(FINE_BITS), createHistogram(COARSE_BITS)];
    expect(() => add(fine, coarse)).toThrow('invariant');
    expect(() => mergeSparse(FINE_BITS, [toSparse(coarse)])).toThrow('invariant');
  });
});
