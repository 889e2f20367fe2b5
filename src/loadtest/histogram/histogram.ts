import { assert } from '../../lib/assert.ts';

/**
 * Counts of durations in buckets whose width grows with the value: each doubling is divided into
 * 2^bits equal buckets, so that a value is known to 1 part in 2^(bits + 1), wherever it lies.
 * The range is 2^-14 ms (61 ns) to 2^22 ms (70 minutes); what is below or above counts in the first
 * or last bucket, while count, sum, minimum and maximum stay exact.
 */
export interface Histogram {
  readonly bits: number;
  readonly counts: Uint32Array;
  /** Count, sum, minimum and maximum: at COUNT, SUM, MIN, MAX. */
  readonly totals: Float64Array;
}

/** 512 buckets a doubling: three significant digits, within 0.1 %. 74 kB. */
export const FINE_BITS = 9;
/** 64 buckets a doubling: two significant digits, within 0.8 %. 9 kB. */
export const COARSE_BITS = 6;

const OCTAVE_MIN = -14;
const OCTAVES = 36;
const EXPONENT_BIAS = 1023;
const [COUNT, SUM, MIN, MAX] = [0, 1, 2, 3] as const;

export function createHistogram(bits: number): Histogram {
  assert(Number.isInteger(bits) && bits >= 1 && bits <= 12, 'a histogram has 1 to 12 bits');
  const histogram = {
    bits,
    counts: new Uint32Array(OCTAVES << bits),
    totals: new Float64Array(4),
  };
  clear(histogram);
  return histogram;
}

/**
 * Counts a duration. The bucket is read off the bits of the floating-point number: exponent and
 * first digits of the mantissa, side by side, are its index. Some 10 ns.
 */
export function record({ bits, counts, totals }: Histogram, durationMs: number): void {
  const value = durationMs > 0 ? durationMs : 0;
  FLOAT[0] = value;
  const index = ((WORDS[HIGH_WORD] ?? 0) >>> (20 - bits)) - ((EXPONENT_BIAS + OCTAVE_MIN) << bits);
  const last = counts.length - 1;
  const at = index < 0 ? 0 : index > last ? last : index;
  counts[at] = (counts[at] ?? 0) + 1;
  totals[COUNT] = (totals[COUNT] ?? 0) + 1;
  totals[SUM] = (totals[SUM] ?? 0) + value;
  if (value < (totals[MIN] ?? 0)) totals[MIN] = value;
  if (value > (totals[MAX] ?? 0)) totals[MAX] = value;
}

export function clear({ counts, totals }: Histogram): void {
  counts.fill(0);
  totals.set([0, 0, Infinity, 0]);
}

/** Adds the counts of another histogram of the same resolution. */
export function add(to: Histogram, from: Histogram): void {
  assert(to.bits === from.bits, 'histograms of one resolution are added');
  from.counts.forEach((count, index) => {
    to.counts[index] = (to.counts[index] ?? 0) + count;
  });
  addTotals(to, from.totals);
}

export function addTotals({ totals }: Histogram, from: Float64Array): void {
  totals[COUNT] = (totals[COUNT] ?? 0) + (from[COUNT] ?? 0);
  totals[SUM] = (totals[SUM] ?? 0) + (from[SUM] ?? 0);
  totals[MIN] = Math.min(totals[MIN] ?? 0, from[MIN] ?? 0);
  totals[MAX] = Math.max(totals[MAX] ?? 0, from[MAX] ?? 0);
}

export function countOf({ totals }: Histogram): number {
  return totals[COUNT] ?? 0;
}

export function maxOf({ totals }: Histogram): number {
  return totals[MAX] ?? 0;
}

/** null when nothing was counted. */
export function meanOf({ totals }: Histogram): number | null {
  const count = totals[COUNT] ?? 0;
  return count === 0 ? null : (totals[SUM] ?? 0) / count;
}

/**
 * The least value that at least `share` of the counted ones do not exceed (nearest rank), to the
 * resolution of the histogram: the middle of its bucket, within minimum and maximum.
 * @param share 0 to 1
 * @returns milliseconds; null when nothing was counted
 */
export function percentile(histogram: Histogram, share: number): number | null {
  const { counts, totals } = histogram;
  const count = totals[COUNT] ?? 0;
  if (count === 0) return null;
  // 0.07 × 100 is a little more than 7 and means the seventh.
  const rank = Math.max(1, Math.ceil(share * count - 1e-9));
  let seen = 0;
  for (let index = 0; index < counts.length; index += 1) {
    seen += counts[index] ?? 0;
    if (seen >= rank) return middleOf(histogram, index);
  }
  return totals[MAX] ?? 0;
}

function middleOf({ bits, totals }: Histogram, index: number): number {
  const perOctave = 1 << bits;
  const octave = 2 ** (OCTAVE_MIN + (index >> bits));
  const middle = octave * (1 + ((index & (perOctave - 1)) + 0.5) / perOctave);
  return Math.min(totals[MAX] ?? middle, Math.max(totals[MIN] ?? middle, middle));
}

const FLOAT = new Float64Array(1);
const WORDS = new Uint32Array(FLOAT.buffer);
/** Which of the two words has sign and exponent depends on the machine. */
const HIGH_WORD = highWord();

function highWord(): 0 | 1 {
  FLOAT[0] = 1;
  return WORDS[0] === 0 ? 1 : 0;
}
