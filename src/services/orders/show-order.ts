import { InvError } from '../../lib/errors.ts';
import type { OrderDependencies } from './dependencies.ts';
import type { OrderAnswer } from './order-answer.ts';

/**
 * What has become of a request, from what Redis remembers and what the books hold. `replayed` is
 * false: nothing was asked for.
 * @throws InvError NOT_FOUND (also where it was refused); STORE_UNAVAILABLE when a store that would
 *   know does not answer
 */
export async function showOrder(
  dependencies: OrderDependencies,
  { requestId }: { readonly requestId: string },
): Promise<OrderAnswer> {
  await dependencies.gate();
  throw new InvError('UNEXPECTED', `not built: ${requestId}`);
}
