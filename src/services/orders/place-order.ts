import { orderFingerprint } from '../../domain/order-fingerprint.ts';
import { InvError } from '../../lib/errors.ts';
import type { PoolPlace } from '../pools/find-pool.ts';
import { askForUnits } from './ask-for-units.ts';
import type { OrderDependencies } from './dependencies.ts';
import { findOrderPlace } from './find-place.ts';
import { giveUp } from './give-up.ts';
import type { OrderAnswer } from './order-answer.ts';
import { placedOrder } from './placed-order.ts';
import { openSeries } from './series.ts';
import { readingTrouble } from './trouble.ts';
import { tryForUnits } from './try-for-units.ts';
import type { UnitsRequest } from './units-answer.ts';

export interface OrderRequest {
  readonly requestId: string;
  /** This process made the id just now, and nobody else can know it (never with --request-id). */
  readonly isFresh: boolean;
  /** A canonical SKU, or a barcode. */
  readonly product: string;
  readonly location: string;
  /** Base units, positive. */
  readonly quantity: number;
  readonly buyer: string | null;
  readonly reference: string | null;
  /** Milliseconds that the units are held for instead of sold; null = sell. */
  readonly holdMs: number | null;
}

/**
 * Sells or holds units of a pool, and says truly what came of it: a request is sold once, and asking
 * again with the same id gives its answer. A dry run reads how many are left and changes nothing; what
 * one buyer may have and the time of the sale it does not judge.
 * @throws InvError INSUFFICIENT_STOCK (facts: wanted, available), POOL_CLOSED, LIMIT_REACHED,
 *   NOT_FOUND (product, location, pool), REFUSED (its hold is gone, or it was refused before),
 *   REQUEST_CONFLICT, ARCHIVED: nothing was sold; FENCED, STORE_UNAVAILABLE, BUSY: nothing was
 *   executed; OUTCOME_UNKNOWN: ask again with the same id. All but the search for the product carry
 *   `request_id` in their facts.
 */
export async function placeOrder(
  dependencies: OrderDependencies,
  request: OrderRequest,
  { dryRun }: { readonly dryRun: boolean },
): Promise<OrderAnswer> {
  const series = openSeries(dependencies.clock, dependencies.limits.budgetMs);
  const place = await placeOf(dependencies, request);
  const units = unitsRequest(dependencies, request, place);
  const answer = dryRun
    ? await tryForUnits(dependencies, series, { ...units, unitsBefore: 0 })
    : await askForUnits(dependencies, series, units);
  return placedOrder(dependencies, units, answer);
}

async function placeOf(dependencies: OrderDependencies, request: OrderRequest): Promise<PoolPlace> {
  try {
    return await findOrderPlace(dependencies, request);
  } catch (error) {
    const isAway = error instanceof InvError && error.code === 'STORE_UNAVAILABLE';
    if (!isAway) throw error;
    throw giveUp({
      requestId: request.requestId,
      subject: `the pool of ${request.product}`,
      trouble: readingTrouble(error),
      doubt: request.isFresh ? 'none' : 'earlier',
    });
  }
}

function unitsRequest(
  { origin }: OrderDependencies,
  { requestId, isFresh, quantity, buyer, reference, holdMs }: OrderRequest,
  place: PoolPlace,
): UnitsRequest {
  const { sku, location } = place;
  return {
    ...{ requestId, isFresh, place, quantity, holdMs },
    fingerprint: orderFingerprint({ sku, location, quantity, buyer, holdMs, reference }),
    note: { kind: 'sale', origin, buyer, reference, reason: null, occurredAt: null },
  };
}
