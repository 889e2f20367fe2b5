import { InvError } from '../../lib/errors.ts';
import type { ReconcileDependencies } from './dependencies.ts';
import { runReconcile } from './run-reconcile.ts';
import type { ReconcileRequest, ReconcileResult } from './run-reconcile.ts';

export type WorkerRequest = Pick<ReconcileRequest, 'scopes' | 'products' | 'isFull' | 'answers'>;

/**
 * A check as a worker makes it: it mends nothing here, because its turns do that.
 * @returns null when another run is at work
 * @throws InvError STORE_UNAVAILABLE
 */
export async function reconcileByWorker(
  dependencies: ReconcileDependencies,
  request: WorkerRequest,
): Promise<ReconcileResult | null> {
  try {
    return await runReconcile(dependencies, {
      ...request,
      mode: 'check',
      changesMax: 0,
      waitMs: 0,
      isRecorded: true,
      onProgress: () => undefined,
    });
  } catch (error) {
    if (error instanceof InvError && error.code === 'BUSY') return null;
    throw error;
  }
}
