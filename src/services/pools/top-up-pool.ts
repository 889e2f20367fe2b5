import type { WriteContext } from '../../ports/write-context.ts';
import type { PoolDependencies } from './dependencies.ts';
import type { PoolName } from './find-pool.ts';
import { changePool } from './change-pool.ts';
import type { ChangedPool } from './change-pool.ts';

export interface TopUpRequest extends PoolName {
  /** Base units to hand over in addition, positive. */
  readonly quantity: number;
}

/**
 * Hands more units to a pool that is open.
 * @throws InvError NOT_FOUND (there never was one), POOL_CLOSED (it is closed): nothing was changed; else
 *   as `openPool`
 */
export async function topUpPool(
  dependencies: PoolDependencies,
  request: TopUpRequest,
  write: WriteContext,
): Promise<ChangedPool> {
  return changePool(dependencies, { action: 'top_up', ...request }, write);
}
