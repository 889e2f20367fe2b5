import { InvError } from '../lib/errors.ts';
import type { WorkerDependencies, WorkerOptions } from './dependencies.ts';
import type { WorkReport } from './work-report.ts';

/**
 * Does what is to do now and ends: everything that stood in the streams when it began is settled, also
 * while sales go on.
 * @throws InvError STORE_UNAVAILABLE, OUTCOME_UNKNOWN (run it again), PENDING (a shard is frozen)
 */
export function workOnce(
  _dependencies: WorkerDependencies,
  _options: Pick<WorkerOptions, 'report' | 'signal'>,
): Promise<WorkReport> {
  return Promise.reject(new InvError('UNEXPECTED', 'not built yet'));
}
