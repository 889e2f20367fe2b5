import { assert } from '../../lib/assert.ts';
import type { Random } from './random.ts';

/**
 * Draws indexes in proportion to their weights, in constant time.
 * Source: Vose, "A Linear Algorithm for Generating Random Numbers with a Given Distribution",
 * IEEE Transactions on Software Engineering 17 (1991), 972–975.
 * @param weights not negative, and not all zero
 */
export function createAliasTable(weights: readonly number[], random: Random): () => number {
  const { share, alias } = buildTable(weights);
  const size = share.length;
  return () => {
    // One draw serves both: the column, and the place within it.
    const at = random.unit() * size;
    const column = Math.floor(at);
    return at - column < (share[column] ?? 0) ? column : (alias[column] ?? column);
  };
}

interface Table {
  /** Of each column: the share that is its own index; the rest belongs to its alias. */
  readonly share: Float64Array;
  readonly alias: Uint32Array;
}

function buildTable(weights: readonly number[]): Table {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  assert(total > 0 && weights.every((weight) => weight >= 0), 'weights are shares of something');
  const share = Float64Array.from(weights, (weight) => (weight * weights.length) / total);
  const alias = Uint32Array.from(weights, (_, index) => index);
  const small: number[] = [];
  const large: number[] = [];
  share.forEach((value, index) => (value < 1 ? small : large).push(index));
  while (small.length > 0 && large.length > 0) {
    const less = small.pop() ?? 0;
    const more = large.at(-1) ?? 0;
    alias[less] = more;
    const rest = (share[more] ?? 0) + (share[less] ?? 0) - 1;
    share[more] = rest;
    if (rest < 1) {
      large.pop();
      small.push(more);
    }
  }
  // What rounding left over is as good as a full column.
  for (const index of [...small, ...large]) share[index] = 1;
  return { share, alias };
}
