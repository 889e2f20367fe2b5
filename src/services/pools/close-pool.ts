import { InvError } from '../../lib/errors.ts';
import type { WriteContext } from '../../ports/write-context.ts';
import type { PoolDependencies } from './dependencies.ts';
import type { ChangedPool } from './change-pool.ts';
import type { PoolName } from './find-pool.ts';

export interface ClosedPool extends ChangedPool {
  /** Units that came back to available; null while `pool.state` is still `closing`, and in a replay. */
  readonly unitsReturned: number | null;
}

/**
 * Stops selling for good and takes the units that are left back: holds are given up, what Redis has
 * sold is settled (by this command, where no worker does), the rest becomes available again.
 * @param options.waitMs how long to drive it; then `pool.state` is `closing`, the worker goes on, and
 *   `pool.warnings` says how to watch it. Asking again goes on driving.
 * @throws InvError NOT_FOUND (there never was a pool), POOL_CLOSED (closed before, by another request),
 *   REQUEST_CONFLICT, REFUSED (the shard is frozen), STORE_UNAVAILABLE (MySQL; nothing was changed)
 */
export function closePool(
  _dependencies: PoolDependencies,
  _request: PoolName,
  _write: WriteContext,
  _options: { readonly waitMs: number; readonly signal?: AbortSignal },
): Promise<ClosedPool> {
  return Promise.reject(new InvError('UNEXPECTED', 'not built yet'));
}
