import { expect, it } from 'vitest';
import { drawWeightSeed, weightOf } from '../../../src/domain/reconcile/place-weight.ts';

const places = Array.from({ length: 1_000 }, (_, at) => ({
  productId: 1 + Math.floor(at / 2),
  locationId: 1 + (at % 2),
}));

it('gives each place a weight of its own, and another with another seed', () => {
  const one = { product: 603_874_123, location: 971_234_567 };
  const other = { product: 1_018_613_229, location: 672_987_579 };
  const weights = places.map((place) => weightOf(one, place));
  expect(new Set(weights).size).toBe(places.length);
  expect(places.filter((place, at) => weightOf(other, place) === weights[at])).toEqual([]);
});

it('is never nothing, so that no unit goes uncounted, and at most 2^32', () => {
  const seed = drawWeightSeed(() => 1 - Number.EPSILON);
  const last = { productId: Number.MAX_SAFE_INTEGER, locationId: Number.MAX_SAFE_INTEGER };
  for (const place of [...places, last]) {
    const weight = weightOf(seed, place);
    expect(weight >= 1n && weight <= 2n ** 32n).toBe(true);
  }
});

it('lets the server mix ids and seed within 64 bits', () => {
  const { product, location } = drawWeightSeed(() => 1 - Number.EPSILON);
  const idMax = 2n ** 32n - 1n;
  expect(idMax * BigInt(product) + idMax * BigInt(location)).toBeLessThan(2n ** 64n);
});

it('does not let opposite errors cancel out, as plain sums do', () => {
  const seed = { product: 818_934_763, location: 899_478_461 };
  const errors = [1n, -2n, 1n];
  for (let at = 0; at + 4 < places.length; at += 2) {
    const sum = errors.reduce((total, error, step) => {
      const place = places[at + step * 2];
      return place === undefined ? total : total + error * weightOf(seed, place);
    }, 0n);
    expect(sum).not.toBe(0n);
  }
});
