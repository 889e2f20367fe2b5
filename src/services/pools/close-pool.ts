import { outstanding } from '../../domain/pool.ts';
import type { PoolBucket } from '../../domain/pool.ts';
import { InvError } from '../../lib/errors.ts';
import type { WriteContext } from '../../ports/write-context.ts';
import { poolNow } from './change-pool.ts';
import type { ChangedPool } from './change-pool.ts';
import type { PoolDependencies } from './dependencies.ts';
import { driveClosing } from './drive-closing.ts';
import { findPlace, noPool } from './find-pool.ts';
import type { PoolName, PoolPlace } from './find-pool.ts';
import { poolFingerprint } from './pool-fingerprint.ts';
import { poolRefusal } from './pool-refusal.ts';
import { recoverShard } from './recover-shard.ts';

export interface ClosedPool extends ChangedPool {
  /** Units that came back to available; null while the pool is still closing, and where it was not this command that closed it. */
  readonly unitsReturned: number | null;
}

export interface CloseOptions {
  /** How long to drive it, in milliseconds. */
  readonly waitMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Between two looks, while another worker settles. */
const PAUSE_MS = 50;

/**
 * Stops selling for good and takes the units that are left back: holds are given up, what Redis has
 * sold is settled (by this command, where no worker does), the rest becomes available again. After
 * `waitMs` the pool may still be closing: the worker goes on, `pool.warnings` says how to watch it, and
 * asking again goes on driving. A dry run changes nothing and tells what is outstanding.
 * @throws InvError NOT_FOUND (there never was a pool), POOL_CLOSED (closed before, by another request),
 *   REQUEST_CONFLICT, REFUSED (the shard is frozen), STORE_UNAVAILABLE (MySQL; nothing was changed)
 */
export async function closePool(
  dependencies: PoolDependencies,
  request: PoolName,
  write: WriteContext,
  options: CloseOptions,
): Promise<ClosedPool> {
  const place = await findPlace(dependencies.catalogue, request);
  const begun = await begin(dependencies, place, write);
  const { requestId } = write;
  const { replayed, buckets } = begun;
  if (write.dryRun) {
    const pool = await poolNow(dependencies, { place, buckets, warnings: [] });
    return { requestId, replayed, pool, unitsReturned: null };
  }
  const warning = await drive(dependencies, { place, buckets, options });
  const warnings = warning === null ? [] : [warning];
  const pool = await poolNow(dependencies, { place, buckets, warnings });
  const isDone = pool.state === 'closed' && !replayed;
  return { requestId, replayed, pool, unitsReturned: isDone ? returnedSince(buckets, pool) : null };
}

interface Begun {
  readonly replayed: boolean;
  readonly buckets: readonly PoolBucket[];
}

async function begin(
  { books }: PoolDependencies,
  place: PoolPlace,
  write: WriteContext,
): Promise<Begun> {
  const { productId, locationId } = place;
  const content = { action: 'close', quantity: 0, buckets: 0, terms: null } as const;
  const fingerprint = poolFingerprint(place, { ...content, reason: write.reason });
  const change = await books.beginClose({ productId, locationId, fingerprint }, write);
  if (change.status === 'done') return change;
  if (change.status === 'not_open') {
    const all = await books.buckets({ productId, locationId, includeClosed: true });
    if (all.length === 0) throw noPool(place);
    // Begun by another request: asking again means to go on.
    const closing = all.filter(({ state }) => state === 'closing');
    if (closing.length > 0) return { replayed: false, buckets: closing };
  }
  throw poolRefusal(change, place, { requestId: write.requestId, wanted: 0 });
}

/** @returns why it is not closed yet; null when it is */
async function drive(
  dependencies: PoolDependencies,
  {
    place,
    buckets,
    options,
  }: {
    readonly place: PoolPlace;
    readonly buckets: readonly PoolBucket[];
    readonly options: CloseOptions;
  },
): Promise<string | null> {
  const { clock } = dependencies;
  const { waitMs, signal } = options;
  const shards = new Set(buckets.map(({ shard }) => shard));
  const only = new Set(buckets.map(({ id }) => id));
  const end = clock.monotonic() + waitMs;
  try {
    while (signal?.aborted !== true) {
      for (const shard of shards) {
        if (await isClosed(dependencies, shard, { only, signal })) shards.delete(shard);
      }
      if (shards.size === 0) return null;
      if (clock.monotonic() >= end) break;
      await clock.sleep(PAUSE_MS);
    }
  } catch (error) {
    if (!(error instanceof InvError)) throw error;
    return `it is closing; the worker goes on when it can (${error.message})`;
  }
  return `it is closing and sells nothing any more; the worker goes on. To watch it: inv pool show ${place.sku}`;
}

/** Whether none of these buckets is closing any more. */
async function isClosed(
  dependencies: PoolDependencies,
  shard: number,
  options: { readonly only: ReadonlySet<number>; readonly signal: AbortSignal | undefined },
): Promise<boolean> {
  const round = await driveClosing(dependencies, shard, options);
  if (round.needsRecovery) {
    dependencies.onRecovery?.(shard, await recoverShard(dependencies, shard));
  }
  return round.closing === 0;
}

/** What was outstanding and is not sold came back; a rebuild in between counts anew, so both are looked at. */
function returnedSince(
  before: readonly PoolBucket[],
  { buckets }: ChangedPool['pool'],
): number | null {
  let total = 0;
  for (const bucket of before) {
    const after = buckets.find(({ bucketId }) => bucketId === bucket.id);
    if (after?.epoch !== bucket.epoch) return null;
    total += after.returned - bucket.returned;
  }
  return Math.min(
    total,
    before.reduce((sum, bucket) => sum + outstanding(bucket), 0),
  );
}
