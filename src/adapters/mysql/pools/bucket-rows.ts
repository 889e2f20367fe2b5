import type { PoolBucket, PoolState } from '../../../domain/pool.ts';
import type { Parameter, Session } from '../session.ts';
import { integer } from '../values.ts';

export const BUCKET_COLUMNS = `
  b.id, f.id AS pool_id, b.product_id, p.sku, b.location_id, l.code AS location, b.shard, b.bucket,
  b.epoch, b.sale_epoch, b.state, b.grant_version, b.delegated, b.settled_seq, b.settled_cum,
  b.settled_ret, b.sold, b.returned, b.duplicates, b.short_units, b.quarantine, b.floor_units,
  b.per_buyer, b.starts_at_ms, b.ends_at_ms`;

/** What a bucket's row needs beside it to be told: its pool's first bucket, and codes. */
const BUCKET_JOINS = `
    STRAIGHT_JOIN pools f ON f.product_id = b.product_id AND f.location_id = b.location_id AND f.bucket = 0
    STRAIGHT_JOIN products p ON p.id = b.product_id
    STRAIGHT_JOIN locations l ON l.id = b.location_id`;

const SELECT = `SELECT ${BUCKET_COLUMNS} FROM pools b ${BUCKET_JOINS}`;

const SELECT_FILTERED = `${SELECT}
   WHERE (? IS NULL OR b.product_id = ?) AND (? IS NULL OR b.location_id = ?)
     AND (? = 1 OR b.state <> 'closed')
   ORDER BY p.sku, b.location_id, b.bucket`;

const SELECT_OF_PRODUCT = `${SELECT}
   WHERE b.product_id = ? AND (? IS NULL OR b.location_id = ?) AND (? = 1 OR b.state <> 'closed')
   ORDER BY b.location_id, b.bucket`;

const SELECT_OF_POOL = `${SELECT} WHERE b.product_id = ? AND b.location_id = ? ORDER BY b.bucket`;

const LOCK_OF_POOL =
  'SELECT id FROM pools WHERE product_id = ? AND location_id = ? ORDER BY id FOR UPDATE';

export interface BucketRow {
  readonly id: number;
  readonly pool_id: number;
  readonly product_id: number;
  readonly sku: string;
  readonly location_id: number;
  readonly location: string;
  readonly shard: number;
  readonly bucket: number;
  readonly epoch: number;
  readonly sale_epoch: number;
  readonly state: PoolState;
  readonly grant_version: number;
  readonly delegated: number;
  readonly settled_seq: number;
  readonly settled_cum: number;
  readonly settled_ret: number;
  readonly sold: number;
  readonly returned: number;
  readonly duplicates: number;
  readonly short_units: number;
  readonly quarantine: number;
  readonly floor_units: number;
  readonly per_buyer: number | null;
  readonly starts_at_ms: number | null;
  readonly ends_at_ms: number | null;
}

export interface PoolKey {
  readonly productId: number;
  readonly locationId: number;
}

/** Buckets of the pools that the filter names, in the order of SKU, location and bucket. */
export async function selectBuckets(
  session: Session,
  filter: {
    readonly productId?: number;
    readonly locationId?: number;
    readonly includeClosed: boolean;
  },
): Promise<readonly PoolBucket[]> {
  const product = filter.productId ?? null;
  const location = filter.locationId ?? null;
  const closed = filter.includeClosed ? 1 : 0;
  const rows = await (product === null
    ? session.rows<BucketRow>(SELECT_FILTERED, [product, product, location, location, closed])
    : session.rows<BucketRow>(SELECT_OF_PRODUCT, [product, location, location, closed]));
  return rows.map(bucketFrom);
}

/** All buckets of one pool, closed ones too. */
export async function selectPool(
  session: Session,
  { productId, locationId }: PoolKey,
): Promise<readonly PoolBucket[]> {
  const rows = await session.rows<BucketRow>(SELECT_OF_POOL, [productId, locationId]);
  return rows.map(bucketFrom);
}

/** Locks all buckets of a pool, by id, and reads them. */
export async function lockPool(
  session: Session,
  { productId, locationId }: PoolKey,
): Promise<readonly PoolBucket[]> {
  const key: readonly Parameter[] = [productId, locationId];
  await session.rows(LOCK_OF_POOL, key);
  return selectPool(session, { productId, locationId });
}

export function bucketFrom(row: BucketRow): PoolBucket {
  return {
    id: integer(row.id),
    poolId: integer(row.pool_id),
    productId: integer(row.product_id),
    sku: row.sku,
    locationId: integer(row.location_id),
    location: row.location,
    shard: integer(row.shard),
    bucket: integer(row.bucket),
    epoch: integer(row.epoch),
    saleEpoch: integer(row.sale_epoch),
    state: row.state,
    grantVersion: integer(row.grant_version),
    delegated: integer(row.delegated),
    settledSeq: integer(row.settled_seq),
    settledCum: integer(row.settled_cum),
    settledRet: integer(row.settled_ret),
    sold: integer(row.sold),
    returned: integer(row.returned),
    duplicates: integer(row.duplicates),
    short: integer(row.short_units),
    quarantine: integer(row.quarantine),
    terms: {
      floor: integer(row.floor_units),
      perBuyer: row.per_buyer === null ? null : integer(row.per_buyer),
      startsAtMs: row.starts_at_ms === null ? null : integer(row.starts_at_ms),
      endsAtMs: row.ends_at_ms === null ? null : integer(row.ends_at_ms),
    },
  };
}
