import type { PoolBucket } from '../../domain/pool.ts';
import { requireLocation, requireProduct } from '../stock/require.ts';
import type { PoolDependencies } from './dependencies.ts';
import { gateView } from './gate-view.ts';
import type { ShownStores } from './gate-view.ts';
import { shownPool } from './shown-pool.ts';
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
export async function listPools(
  { catalogue, books, gate }: Pick<PoolDependencies, 'catalogue' | 'books' | 'gate'>,
  { product, location, includeClosed }: PoolFilter,
): Promise<readonly ShownPool[]> {
  const found = product === null ? null : await requireProduct(catalogue, product);
  const place = location === null ? null : await requireLocation(catalogue, location);
  const buckets = await books.buckets({
    ...(found === null ? {} : { productId: found.id }),
    ...(place === null ? {} : { locationId: place.id }),
    includeClosed,
  });
  return showBuckets({ gate, books }, buckets);
}

/** The pools that these buckets make, with what Redis says of them. */
export async function showBuckets(
  stores: ShownStores,
  buckets: readonly PoolBucket[],
): Promise<readonly ShownPool[]> {
  const view = await gateView(stores, buckets);
  return groupByPool(buckets)
    .map((pool) => shownPool(pool, view))
    .toSorted(bySkuLocationAge);
}

type BucketsOfPool = [PoolBucket, ...PoolBucket[]];

function groupByPool(buckets: readonly PoolBucket[]): readonly BucketsOfPool[] {
  const pools = new Map<number, BucketsOfPool>();
  for (const bucket of buckets) {
    const pool = pools.get(bucket.poolId);
    if (pool === undefined) pools.set(bucket.poolId, [bucket]);
    else pool.push(bucket);
  }
  return [...pools.values()];
}

function bySkuLocationAge(one: ShownPool, other: ShownPool): number {
  return (
    compareText(one.sku, other.sku) ||
    compareText(one.location, other.location) ||
    one.poolId - other.poolId
  );
}

function compareText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
