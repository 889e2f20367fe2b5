/** Chance that can be had again: the same seed and stream give the same numbers on every machine. */
export interface Random {
  /** 32 random bits, as an unsigned number. */
  readonly bits: () => number;
  /** A number in [0, 1) with 53 random bits. */
  readonly unit: () => number;
}

export type RandomState = readonly [number, number, number, number];

/**
 * An independent stream of random numbers for each purpose ('arrivals', 'products', …), so that
 * changing how products are drawn leaves the moments of the starts as they were.
 * @param seed a whole number from 0 to 2^53 - 1
 */
export function createRandom(seed: number, stream: string): Random {
  return createXoshiro(expandSeed(BigInt(seed) ^ hashOfText(stream)));
}

/**
 * xoshiro128** 1.1: period 2^128 - 1, and it needs nothing wider than 32 bits.
 * Source: Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators", ACM Transactions
 * on Mathematical Software 47 (2021); https://prng.di.unimi.it/xoshiro128starstar.c
 * @param state four words of 32 bits, not all zero
 */
export function createXoshiro(state: RandomState): Random {
  let [a, b, c, d] = state;

  function bits(): number {
    const scrambled = Math.imul(rotated(Math.imul(b, 5), 7), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotated(d, 11);
    return scrambled >>> 0;
  }

  function unit(): number {
    const high = bits() >>> 5;
    const low = bits() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  return { bits, unit };
}

function rotated(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

/**
 * SplitMix64, which the authors of xoshiro advise for seeding: states of neighbouring seeds have
 * nothing in common. Source: https://prng.di.unimi.it/splitmix64.c
 */
function expandSeed(seed: bigint): RandomState {
  let state = seed;
  const next = (): bigint => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let mixed = state;
    mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n);
    mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn);
    return mixed ^ (mixed >> 31n);
  };
  const [first, second] = [next(), next()];
  return [low(first), high(first), low(second), high(second)];
}

function low(word: bigint): number {
  return Number(BigInt.asUintN(32, word));
}

function high(word: bigint): number {
  return Number(word >> 32n);
}

/** FNV-1a of 64 bits. */
function hashOfText(text: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash;
}
