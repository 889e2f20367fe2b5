import { assert } from '../../lib/assert.ts';
import { addTotals, createHistogram } from './histogram.ts';
import type { Histogram } from './histogram.ts';

/** A histogram without its empty buckets: plain numbers, for files, other threads and long series. */
export interface SparseHistogram {
  readonly bits: number;
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  /** Index and count by turns, by rising index. */
  readonly buckets: readonly number[];
}

export function toSparse({ bits, counts, totals }: Histogram): SparseHistogram {
  const [count = 0, sum = 0, min = 0, max = 0] = totals;
  const buckets: number[] = [];
  for (let index = 0; index < counts.length; index += 1) {
    const inBucket = counts[index] ?? 0;
    if (inBucket > 0) buckets.push(index, inBucket);
  }
  // JSON has no infinity.
  return { bits, count, sum, min: count === 0 ? 0 : min, max, buckets };
}

/** Adds what sparse histograms of one resolution counted, as if one histogram had. */
export function mergeSparse(bits: number, parts: readonly SparseHistogram[]): Histogram {
  const merged = createHistogram(bits);
  for (const part of parts) addSparse(merged, part);
  return merged;
}

export function addSparse(to: Histogram, part: SparseHistogram): void {
  assert(to.bits === part.bits, 'histograms of one resolution are added');
  if (part.count === 0) return;
  for (let at = 0; at < part.buckets.length; at += 2) {
    const index = part.buckets[at] ?? 0;
    to.counts[index] = (to.counts[index] ?? 0) + (part.buckets[at + 1] ?? 0);
  }
  addTotals(to, Float64Array.of(part.count, part.sum, part.min, part.max));
}
