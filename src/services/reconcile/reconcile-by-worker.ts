import { SCOPES } from '../../domain/reconcile/checks.ts';
import { InvError } from '../../lib/errors.ts';
import type { ReconcileDependencies } from './dependencies.ts';
import { runReconcile } from './run-reconcile.ts';
import type { ReconcileResult } from './run-reconcile.ts';

export interface WorkerCheck {
  /** Buckets whose products are to be looked at; null: everything. */
  readonly bucketIds: readonly number[] | null;
  /** The moment that the schedule names, in milliseconds since the epoch; null: something has happened. */
  readonly sinceMs: number | null;
}

/**
 * A check as a worker makes it: it mends nothing here, because its turns do that. The one of the schedule
 * sums the ledger from its first line, once, whoever of several workers is first.
 * @returns null when another run is at work, or has done it
 * @throws InvError STORE_UNAVAILABLE
 */
export async function reconcileByWorker(
  dependencies: ReconcileDependencies,
  { bucketIds, sinceMs }: WorkerCheck,
): Promise<ReconcileResult | null> {
  if (sinceMs !== null && (await isDone(dependencies, sinceMs))) return null;
  const products = bucketIds === null ? null : await productsOf(dependencies, bucketIds);
  try {
    return await runReconcile(dependencies, {
      mode: 'check',
      scopes: SCOPES,
      products,
      isFull: sinceMs !== null,
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

/** Whether somebody has checked everything since then. */
async function isDone({ books }: ReconcileDependencies, sinceMs: number): Promise<boolean> {
  const [last] = await books.runs({ limit: 1 });
  return last?.skus === null && Date.parse(last.startedAt) >= sinceMs;
}

async function productsOf(
  { pools }: ReconcileDependencies,
  bucketIds: readonly number[],
): Promise<readonly string[]> {
  const { books } = await pools();
  const buckets = await books.buckets({ includeClosed: true });
  const skus = buckets.filter(({ id }) => bucketIds.includes(id)).map(({ sku }) => sku);
  return [...new Set(skus)];
}
