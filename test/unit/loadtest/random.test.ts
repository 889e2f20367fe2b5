import { describe, expect, it } from 'vitest';
import { createAliasTable } from '../../../src/loadtest/random/alias-table.ts';
import { createRandom, createXoshiro } from '../../../src/loadtest/random/random.ts';
import { createZipf } from '../../../src/loadtest/random/zipf.ts';
import { chiSquare, chiSquareLimit, countsOf, ksDistance, ksLimit } from './statistics.ts';

describe('xoshiro128**', () => {
  it('gives what the reference implementation (1.1) gives from the state 1, 2, 3, 4', () => {
    const { bits } = createXoshiro([1, 2, 3, 4]);
    expect(Array.from({ length: 10 }, bits)).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597,
      4258142804,
    ]);
  });

  it('is the same for one seed and stream, and another for any other', () => {
    const first = (seed: number, stream: string): string =>
      Array.from({ length: 4 }, createRandom(seed, stream).bits).join();
    expect(first(7, 'a')).toBe(first(7, 'a'));
    const seeds = [0, 1, 2, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];
    const all = seeds.flatMap((seed) => [first(seed, 'a'), first(seed, 'b')]);
    expect(new Set(all).size).toBe(all.length);
  });

  it('is uniform on [0, 1)', () => {
    const { unit } = createRandom(1, 'uniform');
    const samples = Array.from({ length: 50_000 }, unit);
    expect(samples.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(ksDistance(samples, (value) => value)).toBeLessThan(ksLimit(samples.length));
  });

  it('has no correlation between one number and the next, nor between neighbouring seeds', () => {
    const { unit } = createRandom(3, 'pairs');
    const [left, right] = [createRandom(41, 'pairs'), createRandom(42, 'pairs')];
    const cells = { own: new Array<number>(100).fill(0), seeds: new Array<number>(100).fill(0) };
    const cell = (x: number, y: number): number => Math.floor(x * 10) * 10 + Math.floor(y * 10);
    for (let index = 0; index < 50_000; index += 1) {
      cells.own[cell(unit(), unit())]! += 1;
      cells.seeds[cell(left.unit(), right.unit())]! += 1;
    }
    const expected = new Array<number>(100).fill(500);
    expect(chiSquare(cells.own, expected)).toBeLessThan(chiSquareLimit(99));
    expect(chiSquare(cells.seeds, expected)).toBeLessThan(chiSquareLimit(99));
  });
});

describe('a Zipf sampler', () => {
  it.each([
    { exponent: 0.5, elements: 50 },
    { exponent: 1, elements: 50 },
    { exponent: 1.1, elements: 100 },
    { exponent: 1.1, elements: 2 },
    { exponent: 2.5, elements: 6 },
  ])('draws $elements ranks in proportion to k^-$exponent', ({ exponent, elements }) => {
    const draws = 200_000;
    const rank = createZipf({ elements, exponent }, createRandom(11, 'zipf'));
    const weights = Array.from({ length: elements }, (_, index) => (index + 1) ** -exponent);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const observed = countsOf(() => rank() - 1, { draws, bins: elements });
    const expected = weights.map((weight) => (weight / total) * draws);
    expect(observed).toHaveLength(elements);
    expect(chiSquare(observed, expected)).toBeLessThan(chiSquareLimit(elements - 1));
  });

  it('is told from a slightly different exponent by the same test', () => {
    const draws = 200_000;
    const rank = createZipf({ elements: 100, exponent: 1.1 }, createRandom(11, 'zipf'));
    const weights = Array.from({ length: 100 }, (_, index) => (index + 1) ** -1.13);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const observed = countsOf(() => rank() - 1, { draws, bins: 100 });
    const expected = weights.map((weight) => (weight / total) * draws);
    expect(chiSquare(observed, expected)).toBeGreaterThan(chiSquareLimit(99));
  });

  it('keeps within a million ranks, and within one', () => {
    const million = createZipf({ elements: 1e6, exponent: 1.1 }, createRandom(5, 'zipf'));
    const ranks = Array.from({ length: 20_000 }, million);
    expect(ranks.every((rank) => Number.isInteger(rank) && rank >= 1 && rank <= 1e6)).toBe(true);
    expect(Math.max(...ranks)).toBeGreaterThan(500_000);
    const one = createZipf({ elements: 1, exponent: 1.1 }, createRandom(5, 'zipf'));
    expect(Array.from({ length: 100 }, one).every((rank) => rank === 1)).toBe(true);
  });
});

describe('an alias table', () => {
  it('draws in proportion to the weights, and never what weighs nothing', () => {
    const draws = 100_000;
    const weights = [5, 0, 1, 3, 0.5, 0.5];
    const index = createAliasTable(weights, createRandom(2, 'alias'));
    const observed = countsOf(index, { draws, bins: weights.length });
    expect(observed[1]).toBe(0);
    const without = (values: readonly number[]): number[] => values.filter((_, at) => at !== 1);
    const expected = without(weights).map((weight) => weight * (draws / 10));
    expect(chiSquare(without(observed), expected)).toBeLessThan(chiSquareLimit(4));
  });

  it('refuses weights that are no shares', () => {
    const random = createRandom(1, 'alias');
    expect(() => createAliasTable([0, 0], random)).toThrow('invariant');
    expect(() => createAliasTable([], random)).toThrow('invariant');
    expect(() => createAliasTable([2, -1], random)).toThrow('invariant');
  });
});
