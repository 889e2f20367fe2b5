import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

/** The files that take longest on two cores, the longest first. A rough order is enough. */
const LONGEST = [
  'acceptance/concurrency',
  'acceptance/pools-redis-lost',
  'acceptance/pools-mysql-lost',
  'acceptance/demo',
  'integration/local/failures',
  'acceptance/loadtest',
  'acceptance/bad-input',
  'acceptance/check-requests',
  'integration/strategies/faults',
  'acceptance/interrupt',
  'acceptance/worker-killed',
  'acceptance/bench',
  'integration/drills/pool-model',
  'integration/drills/disk-full',
  'integration/local/concurrency',
  'acceptance/reconcile-pools',
  'acceptance/reconcile',
  'acceptance/stock-adjust',
  'acceptance/worker-commands',
];

/**
 * Starts the longest files first, so that no worker is left alone with one of them in the end. Those
 * of which nothing is known follow as Vitest orders them.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => rankOf(one) - rankOf(other));
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = LONGEST.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
  return rank === -1 ? LONGEST.length : rank;
}
