import { randomInt } from 'node:crypto';

/** Long drills are for nights: INV_DRILLS=long. */
export const isLong = process.env['INV_DRILLS'] === 'long';

/** The seed of this run; INV_DRILLS_SEED plays an earlier one again. Assertions print it. */
export const drillSeed = Number(process.env['INV_DRILLS_SEED'] ?? randomInt(1, 2 ** 31));

export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(values: readonly T[]): T;
}

/** Mulberry32: small, fast, and the same on every machine. @param salt sets streams of one seed apart */
export function seededRandom(salt: number, seed = drillSeed): Random {
  let state = (seed ^ Math.imul(salt + 1, 0x9e3779b1)) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (low: number, high: number): number =>
    low + Math.floor(next() * (high - low + 1));
  return {
    next,
    between,
    chance: (probability) => next() < probability,
    pick: (values) => {
      const value = values[between(0, values.length - 1)];
      if (value === undefined) throw new Error('nothing to choose from');
      return value;
    },
  };
}
