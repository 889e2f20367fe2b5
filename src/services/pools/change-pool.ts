import type { PoolBucket, PoolTerms } from '../../domain/pool.ts';
import { assert } from '../../lib/assert.ts';
import { failpoint } from '../../lib/failpoint.ts';
import { InvError } from '../../lib/errors.ts';
import type { PoolChange } from '../../ports/pool-commands.ts';
import type { WriteContext } from '../../ports/write-context.ts';
import type { PoolDependencies } from './dependencies.ts';
import { findPlace, noPool } from './find-pool.ts';
import type { PoolName, PoolPlace } from './find-pool.ts';
import { handOver } from './hand-over.ts';
import { showBuckets } from './list-pools.ts';
import { poolFingerprint } from './pool-fingerprint.ts';
import { poolRefusal } from './pool-refusal.ts';
import { shownPool } from './shown-pool.ts';
import type { ShownPool } from './shown-pool.ts';

/** What a command that changed a pool answers. */
export interface ChangedPool {
  readonly requestId: string;
  /** The request was done before; the pool is shown as it is now. */
  readonly replayed: boolean;
  readonly pool: ShownPool;
}

export type PoolChangeRequest = PoolName & { readonly quantity: number } & (
    | { readonly action: 'open'; readonly buckets: number; readonly terms: PoolTerms }
    | { readonly action: 'top_up' }
  );

/** Books first, Redis after: between the two a crash leaves units reserved that Redis gets later. */
export async function changePool(
  dependencies: PoolDependencies,
  request: PoolChangeRequest,
  write: WriteContext,
): Promise<ChangedPool> {
  const place = await findPlace(dependencies.catalogue, request);
  const change = await inBooks(dependencies, { place, request, write });
  if (change.status !== 'done') {
    const { requestId } = write;
    if (change.status === 'not_open' && !(await hasPool(dependencies, place))) throw noPool(place);
    throw poolRefusal(change, place, { requestId, wanted: request.quantity });
  }
  const { replayed, buckets } = change;
  if (write.dryRun) return { requestId: write.requestId, replayed, pool: planned(buckets) };
  if (request.action === 'top_up') await failpoint('top_up.after_commit');
  const warnings = await handOver(dependencies, buckets);
  const pool = await poolNow(dependencies, { place, buckets, warnings });
  return { requestId: write.requestId, replayed, pool };
}

/** Whether there ever was a pool. */
async function hasPool({ books }: PoolDependencies, place: PoolPlace): Promise<boolean> {
  const { productId, locationId } = place;
  return (await books.buckets({ productId, locationId, includeClosed: true })).length > 0;
}

function inBooks(
  { books, gate }: PoolDependencies,
  {
    place,
    request,
    write,
  }: {
    readonly place: PoolPlace;
    readonly request: PoolChangeRequest;
    readonly write: WriteContext;
  },
): Promise<PoolChange> {
  const { productId, locationId } = place;
  const { action, quantity } = request;
  const { reason } = write;
  if (action === 'top_up') {
    const fingerprint = poolFingerprint(place, {
      action,
      quantity,
      buckets: 0,
      terms: null,
      reason,
    });
    return books.topUp({ productId, locationId, quantity, fingerprint }, write);
  }
  const { buckets, terms } = request;
  const fingerprint = poolFingerprint(place, { action, quantity, buckets, terms, reason });
  const { shards } = gate;
  return books.open(
    { productId, locationId, quantity, buckets, shards, terms, fingerprint },
    write,
  );
}

/**
 * The pool as it stands by now; where the books cannot be read again, as the change left it.
 * @param warnings come before those about Redis
 */
export async function poolNow(
  { books, gate }: Pick<PoolDependencies, 'books' | 'gate'>,
  {
    place,
    buckets,
    warnings,
  }: {
    readonly place: PoolPlace;
    readonly buckets: readonly PoolBucket[];
    readonly warnings: readonly string[];
  },
): Promise<ShownPool> {
  const { productId, locationId } = place;
  const now = await books
    .buckets({ productId, locationId, includeClosed: true })
    .catch((error: unknown) => {
      if (error instanceof InvError) return buckets;
      throw error;
    });
  const [pool] = await showBuckets({ gate, books }, now);
  assert(pool !== undefined, 'a pool that was changed has a bucket');
  return { ...pool, warnings: [...warnings, ...pool.warnings] };
}

/** A dry run stops before Redis, which has nothing of it. */
function planned(buckets: readonly PoolBucket[]): ShownPool {
  const [first, ...rest] = buckets;
  assert(first !== undefined, 'a pool has a bucket');
  return shownPool([first, ...rest], { counters: new Map(), warnings: [] });
}
