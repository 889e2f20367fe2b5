import { InvError } from '../../lib/errors.ts';
import { findPlace } from '../pools/find-pool.ts';
import type { PoolName, PoolPlace } from '../pools/find-pool.ts';
import type { OrderDependencies } from './dependencies.ts';

/**
 * What the order names, from the directory in Redis if that knows it as a SKU with a pool, else from
 * the catalogue: a barcode, a product without a pool, a slip of the fingers, or Redis is away.
 * @throws InvError NOT_FOUND with what looks like the word; STORE_UNAVAILABLE
 */
export async function findOrderPlace(
  dependencies: OrderDependencies,
  { product, location }: PoolName,
): Promise<PoolPlace> {
  const known = await inDirectory(dependencies, { product, location });
  return known ?? findPlace(await dependencies.catalogue(), { product, location });
}

async function inDirectory(
  { directory }: OrderDependencies,
  { product, location }: PoolName,
): Promise<PoolPlace | null> {
  try {
    const [bucket] = (await directory.find(product, location)).buckets;
    if (bucket === undefined) return null;
    const { productId, locationId } = bucket;
    return { productId, sku: product, locationId, location };
  } catch (error) {
    if (error instanceof InvError && isAway(error)) return null;
    throw error;
  }
}

function isAway({ code }: InvError): boolean {
  return code === 'STORE_UNAVAILABLE' || code === 'OUTCOME_UNKNOWN';
}
