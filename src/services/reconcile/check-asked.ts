import { SCOPES } from '../../domain/reconcile/checks.ts';
import type { Scope } from '../../domain/reconcile/checks.ts';
import type { ReconcileDependencies } from './dependencies.ts';
import { reconcileByWorker } from './reconcile-by-worker.ts';
import type { ReconcileResult } from './run-reconcile.ts';

/** Products that one run looks at; the others wait for the next. */
const PRODUCTS_MAX = 100;

/** Where nobody can tell which product it is about: what a pool can have done wrong. */
const OF_POOLS: readonly Scope[] = ['pools', 'holds', 'orders'];

/**
 * Makes the checks that somebody has asked for: those products and no others. The requests end with the
 * run; those of a run that was killed, or could not look at everything, wait on.
 * @returns null when there are none, or another run is at work
 * @throws InvError STORE_UNAVAILABLE
 */
export async function checkAsked(
  dependencies: ReconcileDependencies,
): Promise<ReconcileResult | null> {
  const waiting = await dependencies.requests.waiting({ limit: PRODUCTS_MAX });
  const answers = waiting.filter(({ sku }) => sku !== null);
  if (answers.length > 0) {
    const products = answers.flatMap(({ sku }) => sku ?? []);
    return reconcileByWorker(dependencies, { scopes: SCOPES, products, isFull: false, answers });
  }
  if (waiting.length === 0) return null;
  const everyPool = { scopes: OF_POOLS, products: null, isFull: false, answers: waiting };
  return reconcileByWorker(dependencies, everyPool);
}
