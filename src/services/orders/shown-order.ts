import type { OrderState } from '../../domain/pool.ts';
import type { Posting } from '../../domain/posting.ts';
import { InvError } from '../../lib/errors.ts';
import type { OrderRow } from '../../ports/pool-books.ts';
import type { RequestRecord } from '../../ports/request-record.ts';
import type { BookedOrder, KnownUnits } from './known-order.ts';
import type { OrderAnswer } from './order-answer.ts';

type As = Pick<OrderAnswer, 'replayed' | 'state'>;

export function orderFromUnits(
  requestId: string,
  { quantity, note, place, deadlineMs }: KnownUnits,
  { replayed, state }: As,
): OrderAnswer {
  const { buyer, reference } = note;
  const { sku, location, poolId } = place;
  const deadline = deadlineMs === null ? null : new Date(deadlineMs).toISOString();
  return {
    ...{ requestId, replayed, state, sku, location, quantity, buyer, reference, poolId, deadline },
    remaining: null,
  };
}

export function orderFromRow(row: OrderRow, { replayed, state }: As): OrderAnswer {
  const { requestId, sku, location, quantity, buyer, reference, poolId, deadline } = row;
  return {
    ...{ requestId, replayed, state, sku, location, quantity, buyer, reference, poolId, deadline },
    remaining: null,
  };
}

/** A sale in the ledger. @throws InvError NOT_FOUND for a posting of another kind */
export function orderFromPosting(
  posting: Posting,
  { row }: BookedOrder,
  { replayed }: { readonly replayed: boolean },
): OrderAnswer {
  const { requestId, kind, movements } = posting;
  const as = { replayed, state: 'settled' } as const;
  if (row !== null) return orderFromRow(row, as);
  const [movement] = movements;
  if (movement === undefined || movement.quantity >= 0 || movements.length > 1) {
    throw new InvError('NOT_FOUND', `request ${requestId} is no order, but a posting (${kind})`, {
      hint: `inv stock history --request-id ${requestId}`,
      facts: { request_id: requestId },
    });
  }
  const { sku, location, quantity } = movement;
  const nothing = { buyer: null, reference: null, poolId: null, remaining: null, deadline: null };
  return { requestId, ...as, sku, location, quantity: -quantity, ...nothing };
}

type ReadableRecord = Exclude<NonNullable<RequestRecord>, { readonly status: 'unreadable' }>;

/** What an order is by its record in Redis. A hold is gone for all who ask as soon as it is due. */
export function recordedState(
  record: ReadableRecord,
  nowMs: number,
): Exclude<OrderState, 'settled'> {
  if (record.status === 'sold') return 'accepted';
  if (record.status === 'no') return record.ended?.as ?? 'cancelled';
  return record.deadlineMs !== null && record.deadlineMs <= nowMs ? 'expired' : 'held';
}

/** What an order is by its row, where Redis does not hold it (any more): the row may learn it late. */
export function stateWithoutHold({ state, deadline }: OrderRow, nowMs: number): OrderRow['state'] {
  if (state !== 'held') return state;
  return deadline !== null && Date.parse(deadline) <= nowMs ? 'expired' : 'cancelled';
}

/** Neither NO nor YES: Redis had something to say of the order, and the books do not know how it ended. */
export function unreadableOrder(requestId: string): InvError {
  return new InvError(
    'INVARIANT_VIOLATED',
    `what Redis remembers of order ${requestId} cannot be read: somebody else has written there; ` +
      'this call did nothing',
    { hint: 'inv reconcile', facts: { request_id: requestId } },
  );
}

export function noSuchOrder(requestId: string, { wasRefused = false } = {}): InvError {
  const message = wasRefused
    ? `request ${requestId} is no order: it was refused, and nothing was sold`
    : `there is no order ${requestId}`;
  return new InvError('NOT_FOUND', message, {
    hint: 'inv order list',
    facts: { request_id: requestId },
  });
}
