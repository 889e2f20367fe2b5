import { outstanding } from '../../domain/pool.ts';
import type { PoolBucket } from '../../domain/pool.ts';
import { failpoint } from '../../lib/failpoint.ts';
import type { ShardBooks } from '../../ports/pool-books.ts';
import type { BuyerUnits, GateBucket, GateSnapshot } from '../../ports/pool-gate.ts';
import type { ShardDependencies } from './dependencies.ts';
import { strangers } from './judge-shard.ts';
import type { RecoveredBucket } from './recover-outcome.ts';

export interface Rebuild {
  readonly now: ShardBooks;
  readonly snapshot: GateSnapshot;
  readonly generation: number;
  readonly token: string;
  readonly redisRun: string | null;
  readonly lossy: boolean;
  /** Why, in words. */
  readonly reason: string;
}

/**
 * The other end of R5: a new epoch of every bucket in the books, loaded into Redis over whatever it has,
 * and the shard opened again. Holds end with the old epoch.
 */
export async function rebuildShard(
  dependencies: ShardDependencies,
  rebuild: Rebuild,
): Promise<readonly RecoveredBucket[] | 'again'> {
  const { books, gate } = dependencies;
  const { now, snapshot, generation, token, redisRun, lossy, reason } = rebuild;
  const { shard } = now.progress;
  const rebuilt = await books.rebuild(shard, generation, {
    lossy,
    reason,
    lastGeneratedId: snapshot.lastGeneratedId,
    redisRun,
  });
  if (rebuilt === null) return 'again';
  await failpoint('recover.after_rebuild');
  const foreign = strangers(now, snapshot).map((bucket) => closedStranger(bucket, shard));
  for (const bucket of [...rebuilt, ...(await ghosts(dependencies, rebuild)), ...foreign]) {
    if (!(await load(dependencies, { bucket, rebuild }))) return 'again';
  }
  await failpoint('recover.after_load');
  if ((await gate.adopt(shard, generation, token)) === 'refused') return 'again';
  const earlier = new Map(now.buckets.map((bucket) => [bucket.id, bucket]));
  return rebuilt.map((bucket) => reportOf(bucket, earlier.get(bucket.id), rebuild));
}

/**
 * Buckets that the books have closed and Redis still has, perhaps open: a rollback brings them back.
 * Read after the rebuild, because a bucket can have been closed since the shard was judged.
 */
async function ghosts(
  { books }: ShardDependencies,
  { now, snapshot }: Rebuild,
): Promise<readonly PoolBucket[]> {
  const { buckets } = await books.shard(now.progress.shard, { includeClosed: true });
  const inRedis = new Set(snapshot.buckets.map(({ bucketId }) => bucketId));
  return buckets.filter(({ id, state }) => state === 'closed' && inRedis.has(id));
}

/** Told to Redis as closed, so that it forgets it: nobody knows any more whose it was. */
function closedStranger({ bucketId, epoch, grantVersion }: GateBucket, shard: number): PoolBucket {
  return {
    id: bucketId,
    poolId: bucketId,
    productId: 0,
    sku: '',
    locationId: 0,
    location: '',
    shard,
    bucket: 0,
    epoch,
    saleEpoch: epoch,
    state: 'closed',
    grantVersion,
    delegated: 0,
    settledSeq: 0,
    settledCum: 0,
    settledRet: 0,
    sold: 0,
    returned: 0,
    duplicates: 0,
    short: 0,
    quarantine: 0,
    terms: { floor: 0, perBuyer: null, startsAtMs: null, endsAtMs: null },
  };
}

async function load(
  { books, gate }: ShardDependencies,
  { bucket, rebuild }: { readonly bucket: PoolBucket; readonly rebuild: Rebuild },
): Promise<boolean> {
  const { generation, token, now } = rebuild;
  const isLimited = bucket.terms.perBuyer !== null && bucket.state !== 'closed';
  const buyers: BuyerUnits = isLimited ? await books.buyers(bucket.id) : [];
  const { lossLimit } = now.progress;
  return (await gate.load(generation, token, bucket, { lossLimit, buyers })) === 'ok';
}

function reportOf(
  bucket: PoolBucket,
  before: PoolBucket | undefined,
  { now, lossy }: Rebuild,
): RecoveredBucket {
  const wasOutstanding = before === undefined ? 0 : outstanding(before);
  const quarantined = bucket.quarantine - (before?.quarantine ?? 0);
  return {
    bucketId: bucket.id,
    sku: bucket.sku,
    location: bucket.location,
    epoch: bucket.epoch,
    delegated: bucket.delegated,
    lostMax: lossy ? Math.min(wasOutstanding, now.progress.lossLimit ?? wasOutstanding) : 0,
    quarantined,
  };
}
