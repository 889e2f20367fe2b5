import { InvError } from '../lib/errors.ts';
import type { WorkerDependencies, WorkerOptions } from './dependencies.ts';
import type { WorkReport } from './work-report.ts';

/**
 * Works until the signal: settles every shard, gives due holds back, hands grants to Redis, drives
 * closing pools to closed, recovers. Of several workers one reads a shard and the next stands by.
 * A store that goes away is waited for; nothing but the signal ends it.
 * @returns what was done, once the transactions under way have ended (bounded: ten seconds)
 */
export function runWorker(
  _dependencies: WorkerDependencies,
  _options: WorkerOptions,
): Promise<WorkReport> {
  return Promise.reject(new InvError('UNEXPECTED', 'not built yet'));
}
