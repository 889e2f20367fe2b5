import { describe, expect, it } from 'vitest';
import { createWorkload } from '../../../src/bench/workload.ts';
import type { WorkloadOptions } from '../../../src/bench/workload.ts';

const first = (count: number, changes: Partial<WorkloadOptions> = {}) => {
  const next = createWorkload({ seed: 7, part: 'timed 1', products: 4, prefix: 'r.', ...changes });
  return Array.from({ length: count }, next);
};

describe('the requests of a bout', () => {
  it('are the same for every contestant, but for their ids', () => {
    const strip = (requests: ReturnType<typeof first>) =>
      requests.map(({ product, quantity, isDoubled }) => [product, quantity, isDoubled]);
    expect(strip(first(500, { prefix: 'other.' }))).toEqual(strip(first(500)));
    expect(strip(first(500, { seed: 8 }))).not.toEqual(strip(first(500)));
    expect(strip(first(500, { part: 'timed 2' }))).not.toEqual(strip(first(500)));
  });

  it('ask for every product, one to three units, and now and then twice', () => {
    const requests = first(2_000);
    expect(new Set(requests.map(({ product }) => product))).toEqual(new Set([0, 1, 2, 3]));
    expect(new Set(requests.map(({ quantity }) => quantity))).toEqual(new Set([1, 2, 3]));
    const doubled = requests.filter(({ isDoubled }) => isDoubled).length;
    expect(doubled).toBeGreaterThan(10);
    expect(doubled).toBeLessThan(90);
    expect(new Set(requests.map(({ requestId }) => requestId)).size).toBe(2_000);
  });
});
