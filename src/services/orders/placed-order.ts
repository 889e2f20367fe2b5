import { InvError } from '../../lib/errors.ts';
import { refusalError } from '../stock/refusal.ts';
import type { OrderDependencies } from './dependencies.ts';
import type { OrderAnswer } from './order-answer.ts';
import { poolRefusalError, poolRefusalOf } from './refusal.ts';
import type { UnitsAnswer, UnitsRequest } from './units-answer.ts';

/** The answer to a request for units as the order it makes. @throws InvError when it makes none */
export async function placedOrder(
  dependencies: OrderDependencies,
  request: UnitsRequest,
  answer: UnitsAnswer,
): Promise<OrderAnswer> {
  const { requestId, place, note, quantity } = request;
  const { sku, location } = place;
  const { buyer, reference } = note;
  const order = { ...{ requestId, sku, location, quantity, buyer, reference } };
  switch (answer.status) {
    case 'sold': {
      const { replayed, poolId, remaining } = answer;
      return { ...order, replayed, state: 'accepted', poolId, remaining, deadline: null };
    }
    case 'held': {
      const { replayed, poolId, remaining, deadlineMs, isDue } = answer;
      if (isDue) {
        const gone = { status: 'no', reason: 'no_hold', available: null, by: 'pool' } as const;
        throw poolRefusalError(poolRefusalOf(gone, request), { requestId, buyer });
      }
      const deadline = new Date(deadlineMs).toISOString();
      return { ...order, replayed, state: 'held', poolId, remaining, deadline };
    }
    case 'booked': {
      const poolId = await poolOf(dependencies, requestId);
      const { replayed } = answer;
      return { ...order, replayed, state: 'settled', poolId, remaining: null, deadline: null };
    }
    case 'conflict':
      throw new InvError(
        'REQUEST_CONFLICT',
        `request id ${requestId} was used before, with other content; nothing was sold`,
        { hint: `inv order show ${requestId}`, facts: { request_id: requestId } },
      );
    case 'archived':
      throw refusalError(answer, requestId);
    case 'no':
    case 'no_pool':
      throw poolRefusalError(poolRefusalOf(answer, request), { requestId, buyer });
  }
}

/** The ledger does not say which pool it came from; without the orders, the answer is no less true. */
async function poolOf({ books }: OrderDependencies, requestId: string): Promise<number | null> {
  try {
    return (await (await books()).order(requestId))?.poolId ?? null;
  } catch {
    return null;
  }
}
