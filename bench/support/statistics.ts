/** The middle of samples, with the range that holds the middle half and the extremes. */
export interface Spread {
  readonly median: number;
  readonly quartiles: readonly [number, number];
  readonly range: readonly [number, number];
}

export function spreadOf(samples: readonly number[]): Spread {
  const sorted = Float64Array.from(samples).sort();
  return {
    median: quantile(sorted, 0.5),
    quartiles: [quantile(sorted, 0.25), quantile(sorted, 0.75)],
    range: [quantile(sorted, 0), quantile(sorted, 1)],
  };
}

/** Ratios of samples that were taken in one round: what disturbs a round disturbs both sides of it. */
export function pairedRatio(above: readonly number[], below: readonly number[]): Spread {
  if (above.length !== below.length) throw new Error('both sides have a sample for each round');
  return spreadOf(above.map((value, round) => value / (below[round] ?? Number.NaN)));
}

/** The value that the given share of sorted samples does not exceed, interpolated. */
export function quantile(sorted: Float64Array, share: number): number {
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}
