import type { WriteContext } from '../../ports/write-context.ts';
import { poolNow } from './change-pool.ts';
import type { ChangedPool } from './change-pool.ts';
import type { PoolDependencies } from './dependencies.ts';
import { findPlace } from './find-pool.ts';
import type { PoolName } from './find-pool.ts';
import { poolFingerprint } from './pool-fingerprint.ts';
import { poolRefusal } from './pool-refusal.ts';

export interface ReleaseRequest extends PoolName {
  /** Base units, positive. */
  readonly quantity: number;
}

/**
 * Makes units available that a recovery has kept in quarantine, because sales that Redis lost might own
 * them: nobody has claimed them, or they were honoured by `stock out`.
 * @throws InvError REFUSED (fewer are in quarantine), REQUEST_CONFLICT, NOT_FOUND: nothing was changed;
 *   STORE_UNAVAILABLE, OUTCOME_UNKNOWN (ask again with the same request id)
 */
export async function releasePoolUnits(
  dependencies: PoolDependencies,
  request: ReleaseRequest,
  write: WriteContext,
): Promise<ChangedPool> {
  const place = await findPlace(dependencies.catalogue, request);
  const { productId, locationId } = place;
  const { quantity } = request;
  const content = { action: 'release', quantity, buckets: 0, terms: null } as const;
  const fingerprint = poolFingerprint(place, { ...content, reason: write.reason });
  const asked = { productId, locationId, quantity, fingerprint };
  const change = await dependencies.books.release(asked, write);
  const { requestId } = write;
  if (change.status !== 'done') throw poolRefusal(change, place, { requestId, wanted: quantity });
  const { replayed, buckets } = change;
  const pool = await poolNow(dependencies, { place, buckets, warnings: [] });
  return { requestId, replayed, pool };
}
