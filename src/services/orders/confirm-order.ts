import { InvError } from '../../lib/errors.ts';
import type { OrderDependencies } from './dependencies.ts';
import type { OrderAnswer } from './order-answer.ts';

/**
 * Turns a hold into a sale. An order that is sold already is a replay.
 * @throws InvError NOT_FOUND, REFUSED (the hold expired, was cancelled or lost); FENCED,
 *   STORE_UNAVAILABLE: nothing was executed; OUTCOME_UNKNOWN: ask again with the same id
 */
export async function confirmOrder(
  dependencies: OrderDependencies,
  { requestId }: { readonly requestId: string },
  { dryRun }: { readonly dryRun: boolean },
): Promise<OrderAnswer> {
  await dependencies.gate();
  throw new InvError('UNEXPECTED', `not built: ${requestId} ${String(dryRun)}`);
}
