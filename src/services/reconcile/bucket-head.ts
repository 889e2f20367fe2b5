import type { PoolBucket } from '../../domain/pool.ts';
import { about } from '../../domain/reconcile/finding.ts';

export function bucketName({ id, sku, location }: PoolBucket): string {
  return `pool bucket ${id} (${sku} at ${location})`;
}

/** What findings about a bucket begin with. */
export function bucketHead(bucket: PoolBucket): ReturnType<typeof about> {
  const { sku, location, productId, locationId } = bucket;
  return { ...about(bucketName(bucket)), sku, location, productId, locationId };
}
