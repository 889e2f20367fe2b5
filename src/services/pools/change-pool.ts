import type { PoolTerms } from '../../domain/pool.ts';
import { InvError } from '../../lib/errors.ts';
import type { WriteContext } from '../../ports/write-context.ts';
import type { PoolDependencies } from './dependencies.ts';
import type { PoolName } from './find-pool.ts';
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

export function changePool(
  _dependencies: PoolDependencies,
  _request: PoolChangeRequest,
  _write: WriteContext,
): Promise<ChangedPool> {
  return Promise.reject(new InvError('UNEXPECTED', 'not built yet'));
}
