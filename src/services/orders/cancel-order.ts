import { InvError } from '../../lib/errors.ts';
import type { OrderDependencies } from './dependencies.ts';
import type { OrderAnswer } from './order-answer.ts';

/**
 * Gives the units of a hold back to its pool. A hold that is gone already is a replay.
 * @throws InvError NOT_FOUND, REFUSED (it is sold: `inv stock undo`); FENCED, STORE_UNAVAILABLE:
 *   nothing was executed; OUTCOME_UNKNOWN: ask again with the same id
 */
export async function cancelOrder(
  dependencies: OrderDependencies,
  { requestId }: { readonly requestId: string },
  { dryRun }: { readonly dryRun: boolean },
): Promise<OrderAnswer> {
  await dependencies.gate();
  throw new InvError('UNEXPECTED', `not built: ${requestId} ${String(dryRun)}`);
}
