import type { PoolDependencies } from './dependencies.ts';
import { noPool } from './find-pool.ts';
import type { PoolName } from './find-pool.ts';
import { listPools } from './list-pools.ts';
import type { ShownPool } from './shown-pool.ts';

/**
 * The pool of a product at a location: the one that is not closed, else the last one that was.
 * @throws InvError NOT_FOUND (no such product or location, or it never had a pool), STORE_UNAVAILABLE (MySQL)
 */
export async function showPool(
  dependencies: Pick<PoolDependencies, 'catalogue' | 'books' | 'gate'>,
  name: PoolName,
): Promise<ShownPool> {
  const pools = await listPools(dependencies, { ...name, includeClosed: true });
  const pool = pools.find(({ state }) => state !== 'closed') ?? pools.at(-1);
  if (pool === undefined) throw noPool({ sku: name.product, location: name.location });
  return pool;
}
