import { InvError } from '../../lib/errors.ts';
import type { OrderDependencies } from './dependencies.ts';
import type { OrderAnswer } from './order-answer.ts';

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
 * again with the same id gives its answer.
 * @throws InvError INSUFFICIENT_STOCK (facts: wanted, available), POOL_CLOSED, LIMIT_REACHED,
 *   NOT_FOUND (product, location, pool), REFUSED (its hold is gone, or it was refused before),
 *   REQUEST_CONFLICT, ARCHIVED: nothing was sold; FENCED, STORE_UNAVAILABLE, BUSY: nothing was
 *   executed; OUTCOME_UNKNOWN: ask again with the same id. All carry `request_id` in their facts.
 */
export async function placeOrder(
  dependencies: OrderDependencies,
  request: OrderRequest,
  { dryRun }: { readonly dryRun: boolean },
): Promise<OrderAnswer> {
  await dependencies.gate();
  throw new InvError('UNEXPECTED', `not built: ${request.requestId} ${String(dryRun)}`);
}
