import { createRandom } from '../loadtest/random/random.ts';
import type { BenchRequest } from './contestant.ts';

export interface WorkloadOptions {
  readonly seed: number;
  /** Names the part of the run: another one draws other requests. */
  readonly part: string;
  readonly products: number;
  /** In front of the number of the request in its id. */
  readonly prefix: string;
}

const QUANTITY_MAX = 3;
const DOUBLED_SHARE = 0.02;

/** Requests one after the other, without an end: the same seed and part make the same ones. */
export function createWorkload(options: WorkloadOptions): () => BenchRequest {
  const { seed, part, products, prefix } = options;
  const random = createRandom(seed, `bench ${part}`);
  let made = 0;
  return () => {
    made += 1;
    return {
      requestId: `${prefix}${String(made)}`,
      product: Math.floor(random.unit() * products),
      quantity: 1 + Math.floor(random.unit() * QUANTITY_MAX),
      isDoubled: random.unit() < DOUBLED_SHARE,
    };
  };
}
