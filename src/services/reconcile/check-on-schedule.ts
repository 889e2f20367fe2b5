import { SCOPES } from '../../domain/reconcile/checks.ts';
import type { ReconcileDependencies } from './dependencies.ts';
import { reconcileByWorker } from './reconcile-by-worker.ts';
import type { ReconcileResult } from './run-reconcile.ts';

/** Runs that may have begun since the moment of the schedule and looked at a part only. */
const RUNS_MAX = 100;

/**
 * The check of the schedule: it sums the ledger from its first line, once, whoever of several workers is
 * first.
 * @param sinceMs the moment that the schedule names, in milliseconds since the epoch
 * @returns null when another run is at work, or has done it
 * @throws InvError STORE_UNAVAILABLE
 */
export async function checkOnSchedule(
  dependencies: ReconcileDependencies,
  { sinceMs }: { readonly sinceMs: number },
): Promise<ReconcileResult | null> {
  if (await isDone(dependencies, sinceMs)) return null;
  return reconcileByWorker(dependencies, { scopes: SCOPES, products: null, isFull: true });
}

/** Whether somebody has checked everything since then. */
async function isDone({ books }: ReconcileDependencies, sinceMs: number): Promise<boolean> {
  const runs = await books.runs({ limit: RUNS_MAX });
  return runs.some(
    ({ skus, scopes, startedAt }) =>
      skus === null && scopes.length === SCOPES.length && Date.parse(startedAt) >= sinceMs,
  );
}
