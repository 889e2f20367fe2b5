import type { PoolTerms } from '../../domain/pool.ts';
import { InvError } from '../../lib/errors.ts';
import type { WriteContext } from '../../ports/write-context.ts';
import type { PoolDependencies } from './dependencies.ts';
import type { PoolName } from './find-pool.ts';
import { changePool } from './change-pool.ts';
import type { ChangedPool } from './change-pool.ts';

export interface OpenPoolRequest extends PoolName {
  /** Base units to hand to Redis, positive. */
  readonly quantity: number;
  /** Buckets to spread a hot product over; 1 unless there is a reason. */
  readonly buckets: number;
  readonly terms: PoolTerms;
}

/**
 * Hands units to Redis to be sold fast: reserved in the books first, then created in Redis. Where
 * Redis cannot be reached the pool is open all the same (`warnings` says so): it begins to sell when
 * the worker, or the next command about it, finds Redis again. Dry runs stop before Redis.
 * @throws InvError INVALID_INPUT (a limit per buyer in several buckets, an end that is over), INSUFFICIENT_STOCK (facts as
 *   of `stock out`), ARCHIVED, ALREADY_EXISTS (a pool that is not closed), REQUEST_CONFLICT, NOT_FOUND,
 *   REFUSED (the shard is frozen): nothing was changed;
 *   STORE_UNAVAILABLE (MySQL; nothing was changed), OUTCOME_UNKNOWN (ask again with the same request id)
 */
export async function openPool(
  dependencies: PoolDependencies,
  request: OpenPoolRequest,
  write: WriteContext,
): Promise<ChangedPool> {
  refuseSpreadLimit(request);
  refuseEnded(request, dependencies.clock.now());
  return changePool(dependencies, { action: 'open', ...request }, write);
}

/** A sale that is over before it begins is a slip of the fingers. */
function refuseEnded({ terms: { endsAtMs } }: OpenPoolRequest, nowMs: number): void {
  if (endsAtMs === null || endsAtMs > nowMs) return;
  const ended = new Date(endsAtMs).toISOString();
  throw new InvError('INVALID_INPUT', `--ends: ${ended} is over already`, {
    facts: { field: '--ends' },
  });
}

/** What one buyer has had is counted in one place, which several buckets do not share. */
function refuseSpreadLimit({ buckets, terms }: OpenPoolRequest): void {
  if (terms.perBuyer === null || buckets === 1) return;
  throw new InvError('INVALID_INPUT', 'a limit per buyer needs the pool in one part', {
    hint: 'leave --shard-buckets or --per-buyer away',
    facts: { field: '--shard-buckets' },
  });
}
