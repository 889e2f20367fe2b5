import { InvError } from '../../lib/errors.ts';
import type { PoolDependencies } from './dependencies.ts';
import type { ShownPool } from './shown-pool.ts';

export interface PoolFilter {
  /** A SKU or a barcode; null: every product. */
  readonly product: string | null;
  readonly location: string | null;
  readonly includeClosed: boolean;
}

/**
 * Pools by SKU, location and age. Redis is asked once a shard; where it does not answer, what only
 * it knows is null and every pool carries the warning.
 * @throws InvError NOT_FOUND (no such product or location), STORE_UNAVAILABLE (MySQL)
 */
export function listPools(
  _dependencies: Pick<PoolDependencies, 'catalogue' | 'books' | 'gate'>,
  _filter: PoolFilter,
): Promise<readonly ShownPool[]> {
  return Promise.reject(new InvError('UNEXPECTED', 'not built yet'));
}
