/** Pearson's statistic of counts against what was expected of them. */
export function chiSquare(observed: readonly number[], expected: readonly number[]): number {
  return observed.reduce((sum, count, index) => {
    const wanted = expected[index] ?? Number.NaN;
    return sum + (count - wanted) ** 2 / wanted;
  }, 0);
}

/** What chi-square exceeds once in 1,000 samples (Wilson and Hilferty 1931). */
export function chiSquareLimit(degreesOfFreedom: number): number {
  const share = 2 / (9 * degreesOfFreedom);
  return degreesOfFreedom * (1 - share + 3.0902 * Math.sqrt(share)) ** 3;
}

/** Largest distance between the samples' distribution and the given one (Kolmogorov and Smirnov). */
export function ksDistance(
  samples: readonly number[],
  distribution: (value: number) => number,
): number {
  const sorted = Float64Array.from(samples).sort();
  let distance = 0;
  sorted.forEach((value, index) => {
    const share = distribution(value);
    const below = index / sorted.length;
    const above = (index + 1) / sorted.length;
    distance = Math.max(distance, share - below, above - share);
  });
  return distance;
}

/** What the distance exceeds once in 1,000 samples of this size. */
export function ksLimit(samples: number): number {
  return 1.9495 / Math.sqrt(samples);
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function varianceOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return meanOf(values.map((value) => (value - mean) ** 2));
}

export function countsOf(draw: () => number, options: { draws: number; bins: number }): number[] {
  const counts = Array.from({ length: options.bins }, () => 0);
  for (let index = 0; index < options.draws; index += 1) {
    const value = draw();
    counts[value] = (counts[value] ?? 0) + 1;
  }
  return counts;
}
