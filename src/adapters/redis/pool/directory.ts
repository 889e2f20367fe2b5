import type { PoolBucket } from '../../../domain/pool.ts';
import type { LocatedBucket, LocatedBuckets } from '../../../ports/pool-gate.ts';
import type { RecordedUnits } from '../../../ports/request-record.ts';
import { answersOf } from './answers-of.ts';
import { digits, numberOrNull, textsOf } from './replies.ts';
import type { ShardContext } from './shard-context.ts';

/** What the directory files a bucket under: codes hold no NUL. */
export function placeOf({ sku, location }: Pick<PoolBucket, 'sku' | 'location'>): string {
  return `${sku}\0${location}`;
}

/** What the directory says of a bucket. */
export function directionsOf(bucket: PoolBucket): string {
  const { id, poolId, bucket: number, productId, locationId } = bucket;
  return [id, poolId, number, productId, locationId].map(digits).join(':');
}

/** The other way round: pool:place of a bucket, as lua/lib-grant.lua files it. */
export function parsePoolPlace(text: string): RecordedUnits['place'] {
  const [, poolId, sku, location] = /^(\d+):([^\0]*)\0([^\0]*)$/.exec(text) ?? [];
  if (sku === undefined || location === undefined) return null;
  return { sku, location, poolId: Number(poolId) };
}

/** The buckets of a place, in one round trip. @throws InvError when no shard answers */
export async function locateBuckets(
  shards: readonly ShardContext[],
  place: string,
): Promise<LocatedBuckets> {
  const { given, silent } = await answersOf(shards, (shard) => locateIn(shard, place));
  return {
    // The nodes of a cluster differ: by the slowest clock, a deadline comes too early rather than too late.
    serverTimeMs: Math.min(...given.map(({ serverTimeMs }) => serverTimeMs)),
    buckets: given.flatMap(({ buckets }) => buckets),
    silent,
  };
}

async function locateIn(
  { shard, calls, keys }: ShardContext,
  place: string,
): Promise<{ readonly serverTimeMs: number; readonly buckets: readonly LocatedBucket[] }> {
  const reply = await calls.read('locate-buckets', [keys.meta, keys.directory], [place]);
  const [time, generationText, directions = ''] = textsOf(reply);
  const generation = numberOrNull(generationText);
  const buckets = directions
    .split(';')
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [bucketId = 0, poolId = 0, bucket = 0, productId = 0, locationId = 0] = entry
        .split(':')
        .map(Number);
      return { bucketId, poolId, bucket, shard, productId, locationId, generation };
    });
  return { serverTimeMs: Number(time), buckets };
}
