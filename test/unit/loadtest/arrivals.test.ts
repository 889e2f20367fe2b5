import { describe, expect, it } from 'vitest';
import { createArrivals } from '../../../src/loadtest/profile/arrivals.ts';
import type { ArrivalKind } from '../../../src/loadtest/profile/arrivals.ts';
import { timeOfArea } from '../../../src/loadtest/profile/phase.ts';
import type { Phase } from '../../../src/loadtest/profile/phase.ts';
import { flat, phasesOf } from '../../../src/loadtest/profile/profiles.ts';
import { createRandom } from '../../../src/loadtest/random/random.ts';
import {
  chiSquare,
  chiSquareLimit,
  ksDistance,
  ksLimit,
  meanOf,
  varianceOf,
} from './statistics.ts';

function times(phases: readonly Phase[], kind: ArrivalKind, seed = 1): number[] {
  const next = createArrivals(phases, { kind, random: createRandom(seed, 'arrivals') });
  const found: number[] = [];
  for (let arrival = next(); arrival !== undefined; arrival = next()) found.push(arrival.atMs);
  return found;
}

function perSlot(moments: readonly number[], slotMs: number, slots: number): number[] {
  const counts = new Array<number>(slots).fill(0);
  for (const moment of moments) counts[Math.floor(moment / slotMs)]! += 1;
  return counts;
}

describe('Poisson arrivals', () => {
  const moments = times([flat('constant', 20_000, 1_000)], 'poisson');
  const gaps = moments.map((moment, index) => moment - (moments[index - 1] ?? 0));

  it('come in order, with exponential gaps whose mean is that of the rate', () => {
    expect(gaps.every((gap) => gap >= 0)).toBe(true);
    // Standard error of the mean of 20,000 gaps: 0.7 %.
    expect(meanOf(gaps)).toBeCloseTo(1, 1.5);
    expect(Math.sqrt(varianceOf(gaps)) / meanOf(gaps)).toBeCloseTo(1, 1.5);
    expect(ksDistance(gaps, (gap) => 1 - Math.exp(-gap))).toBeLessThan(ksLimit(gaps.length));
  });

  it('have as much variance as mean in equal times, which tells them from regular ones', () => {
    const counts = perSlot(moments, 10, 2_000);
    // Index of dispersion of 2,000 slots: chi-square with 1,999 degrees of freedom over 1,999.
    const dispersion = (2_000 * varianceOf(counts)) / meanOf(counts);
    expect(dispersion).toBeLessThan(chiSquareLimit(1_999));
    expect(dispersion).toBeGreaterThan(1_999 - (chiSquareLimit(1_999) - 1_999));
    const regular = perSlot(times([flat('constant', 20_000, 1_000)], 'uniform'), 10, 2_000);
    expect(varianceOf(regular)).toBeLessThan(0.01);
  });

  it('follow a rate that rises in a line', () => {
    const ramp = phasesOf('ramp', {
      ratePerSecond: 2_000,
      durationMs: 10_000,
      warmUpMs: 0,
      buyers: 1,
    });
    const rising = times(ramp, 'poisson');
    const expected = Array.from({ length: 20 }, (_, slot) => 10_000 * ((2 * slot + 1) / 400));
    expect(chiSquare(perSlot(rising, 500, 20), expected)).toBeLessThan(chiSquareLimit(20));
    expect(ksDistance(rising, (at) => (at / 10_000) ** 2)).toBeLessThan(ksLimit(rising.length));
  });

  it('are exactly as many as a phase says, and uniform within it', () => {
    const phases = phasesOf('flash', {
      ratePerSecond: 10_000,
      durationMs: 3_000,
      warmUpMs: 500,
      buyers: 7_000,
    });
    const spike = times(phases, 'poisson').filter((moment) => moment >= 500);
    expect(spike).toHaveLength(7_000);
    expect(Math.max(...spike)).toBeLessThan(500 + 700);
    expect(ksDistance(spike, (at) => (at - 500) / 700)).toBeLessThan(ksLimit(7_000));
    expect([...spike].sort((a, b) => a - b)).toEqual(spike);
  });
});

describe('uniform arrivals', () => {
  it('are exactly as many as the rate makes, at equal distances', () => {
    const moments = times([flat('constant', 1_000, 10_000)], 'uniform');
    expect(moments).toHaveLength(10_000);
    const gaps = moments.slice(1).map((moment, index) => moment - moments[index]!);
    expect(Math.max(...gaps)).toBeCloseTo(0.1, 6);
    expect(Math.min(...gaps)).toBeCloseTo(0.1, 6);
  });

  it('go on over phases and pauses', () => {
    const phases = [flat('a', 1_000, 10), flat('pause', 1_000, 0), flat('b', 1_000, 20)];
    expect(perSlot(times(phases, 'uniform'), 1_000, 3)).toEqual([10, 0, 20]);
  });
});

describe('the moment of an area', () => {
  it.each<[string, Phase, number, number]>([
    ['a flat rate', flat('', 1_000, 10), 5, 500],
    ['a rising rate', { ...flat('', 1_000, 0), ratePerSecondTo: 10 }, 5, 1_000],
    ['a rising rate, first quarter', { ...flat('', 1_000, 0), ratePerSecondTo: 10 }, 1.25, 500],
    ['a rate that falls to 0', { ...flat('', 1_000, 10), ratePerSecondTo: 0 }, 5, 1_000],
    [
      'a rate that falls to 0, three quarters',
      { ...flat('', 1_000, 10), ratePerSecondTo: 0 },
      3.75,
      500,
    ],
  ])('under %s', (_, phase, area, atMs) => {
    expect(timeOfArea(phase, area)).toBeCloseTo(atMs, 6);
  });
});

it('draws the same moments from the same seed, others from another', () => {
  const phases = [flat('constant', 1_000, 1_000)];
  expect(times(phases, 'poisson', 9)).toEqual(times(phases, 'poisson', 9));
  expect(times(phases, 'poisson', 9)).not.toEqual(times(phases, 'poisson', 10));
});
