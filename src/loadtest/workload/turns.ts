import type { Random } from '../random/random.ts';

/**
 * Takes numbers below `count` in a mixed order, each once before any comes again: the k-th turn is
 * (k × step + offset) modulo count, with a step that shares no divisor with it.
 */
export function createTurns(count: number, random: Random): (turn: number) => number {
  const offset = Math.floor(random.unit() * count);
  // Near the golden ratio, so that neighbours in time are far apart in number.
  let step = Math.max(1, Math.floor(count * (0.55 + 0.15 * random.unit())));
  while (greatestCommonDivisor(step, count) !== 1) step += 1;
  return (turn) => ((turn % count) * step + offset) % count;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
