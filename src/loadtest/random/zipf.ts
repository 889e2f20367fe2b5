import type { Random } from './random.ts';

export interface ZipfOptions {
  /** Ranks 1 … elements. */
  readonly elements: number;
  /** Above 0: rank k comes up in proportion to k^-exponent. */
  readonly exponent: number;
}

/**
 * Draws ranks from 1 by Zipf's law, in constant time and memory for any number of elements.
 * Source: Hörmann and Derflinger, "Rejection-Inversion to Generate Variates from Monotone Discrete
 * Distributions", ACM Transactions on Modeling and Computer Simulation 6 (1996), 169–184. Inverts the
 * integral of the density and rejects what the steps of the discrete law leave out: about one draw in ten.
 */
export function createZipf({ elements, exponent }: ZipfOptions, random: Random): () => number {
  const density = (x: number): number => Math.exp(-exponent * Math.log(x));
  const integral = (x: number): number => {
    const logX = Math.log(x);
    return expm1Over((1 - exponent) * logX) * logX;
  };
  const inverse = (y: number): number => {
    // Rounding may carry y past the pole of the inverse.
    const t = Math.max(-1, y * (1 - exponent));
    return Math.exp(log1pOver(t) * y);
  };
  const integralFirst = integral(1.5) - 1;
  const integralLast = integral(elements + 0.5);
  /** Ranks this near to their inverse are always accepted: no second look at the density. */
  const squeeze = 2 - inverse(integral(2.5) - density(2));

  return () => {
    for (;;) {
      const y = integralLast + random.unit() * (integralFirst - integralLast);
      const x = inverse(y);
      const rank = Math.min(elements, Math.max(1, Math.round(x)));
      if (rank - x <= squeeze || y >= integral(rank + 0.5) - density(rank)) return rank;
    }
  };
}

/** (e^x - 1) / x, whose limit at 0 is 1: an exponent of 1 makes x zero. */
function expm1Over(x: number): number {
  return Math.abs(x) > 1e-8 ? Math.expm1(x) / x : 1 + x / 2;
}

/** ln(1 + x) / x, whose limit at 0 is 1. */
function log1pOver(x: number): number {
  return Math.abs(x) > 1e-8 ? Math.log1p(x) / x : 1 - x / 2;
}
