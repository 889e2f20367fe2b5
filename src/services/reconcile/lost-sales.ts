import type { PoolBucket } from '../../domain/pool.ts';
import { about, aboutPlace } from '../../domain/reconcile/finding.ts';
import type { Finding } from '../../domain/reconcile/finding.ts';
import type { RecoveredBucket } from '../pools/recover-outcome.ts';

/**
 * Units that buyers may have been promised by a Redis that lost its data. Nothing mends that, and nobody
 * but a person can find out, so it is a violation in the run that finds it.
 */
export function lostSales(
  recovered: readonly RecoveredBucket[],
  buckets: readonly PoolBucket[],
): readonly Finding[] {
  const known = new Map(buckets.map((bucket) => [bucket.id, bucket]));
  return recovered
    .filter(({ lostMax }) => lostMax > 0)
    .map((bucket) => lostSale(bucket, known.get(bucket.bucketId)));
}

function lostSale(
  { bucketId, sku, location, lostMax, quarantined }: RecoveredBucket,
  bucket: PoolBucket | undefined,
): Finding {
  const subject = `pool bucket ${bucketId} (${sku} at ${location})`;
  const aside = quarantined === 0 ? '' : `; ${quarantined} are kept reserved for them`;
  return {
    ...(bucket === undefined ? about(subject) : aboutPlace(bucket)),
    subject,
    check: 'pools.lost_sales',
    severity: 'violation',
    expected: 0,
    actual: lostMax,
    evidence: `${subject}: Redis lost data, or may have: up to ${lostMax} units that it may have sold and acknowledged since the last settlement are in no books${aside}`,
    remedy: {
      kind: 'person',
      command: `compare your orders with inv order list --sku ${sku}, count the shelf, then: inv stock adjust ${sku} --to N`,
    },
  };
}

/** The same of a shard as a whole, where only the history of the pools tells of it. */
export function lostInShard(shard: number, units: number): Finding {
  const subject = `shard ${shard}`;
  return {
    ...about(subject),
    check: 'pools.lost_sales',
    severity: 'violation',
    expected: 0,
    actual: units,
    evidence: `${subject}: Redis lost data: up to ${units} units that it may have sold and acknowledged since the last settlement are in no books`,
    remedy: {
      kind: 'person',
      command: 'inv pool show SKU tells which, then compare your orders and count the shelf',
    },
  };
}
