import { crc32 } from 'node:zlib';

/** What makes the weights of one comparison: drawn anew for each, so that no place keeps its weight. */
export interface WeightSeed {
  readonly product: number;
  readonly location: number;
}

const SEED_MIN = 2 ** 29;

/** @param random a number in [0, 1) */
export function drawWeightSeed(random: () => number): WeightSeed {
  const draw = (): number => SEED_MIN + Math.floor(random() * SEED_MIN);
  return { product: draw(), location: draw() };
}

/**
 * How much a unit at this place counts in a weighted sum, from 1 to 2^32. The server computes the same:
 * a sum that differs by one place always differs, one that differs by several differs but for one draw
 * in some four billion.
 */
export function weightOf(
  seed: WeightSeed,
  { productId, locationId }: { readonly productId: number; readonly locationId: number },
): bigint {
  const mixed = low(productId) * BigInt(seed.product) + low(locationId) * BigInt(seed.location);
  return 1n + BigInt(crc32(String(mixed)));
}

/** 32 bits of an id, so that the product stays within 64 on the server. */
function low(id: number): bigint {
  return BigInt.asUintN(32, BigInt(id));
}

/** Sums of a range in which every unit counts with the weight of its place. */
export interface WeightedSums {
  readonly stockRows: number;
  readonly onHand: bigint;
  readonly reserved: bigint;
  /** Rows that reserve less than nothing, or more than there is. */
  readonly beyondLimits: number;
  readonly sealed: bigint;
  /** What pools may still sell, and what their quarantine keeps. */
  readonly promised: bigint;
}
