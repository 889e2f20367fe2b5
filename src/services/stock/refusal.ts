import { ON_HAND_MAX } from '../../domain/posting.ts';
import type { RefusedOutcome, Shortage } from '../../domain/posting.ts';
import { InvError } from '../../lib/errors.ts';
import { poolRefusalError } from '../orders/refusal.ts';

/** A refusal of the books as the error that the user and the script see. Nothing was changed. */
export function refusalError(outcome: RefusedOutcome, requestId: string): InvError {
  const facts = { request_id: requestId };
  switch (outcome.status) {
    case 'insufficient':
      return insufficientError(outcome.shortages, requestId);
    case 'archived':
      return new InvError(
        'ARCHIVED',
        `${outcome.what} is archived: nothing moves in or out of it`,
        {
          hint: 'inv product list --status archived',
          facts,
        },
      );
    case 'beyond_limit':
      return new InvError(
        'REFUSED',
        `${outcome.sku}: on hand would grow beyond ${String(ON_HAND_MAX)} units, the most that can be counted exactly`,
        {
          hint: `inv stock show ${outcome.sku}`,
          facts: {
            ...facts,
            sku: outcome.sku,
            location: outcome.location,
            on_hand: outcome.onHand,
          },
        },
      );
    case 'conflict':
      return new InvError(
        'REQUEST_CONFLICT',
        `request id ${requestId} was used before, with other content; nothing was booked`,
        { hint: `inv stock history --request-id ${requestId}`, facts },
      );
    case 'pool_refused':
      return poolRefusalError(outcome, { requestId, buyer: null });
    case 'void':
      return new InvError('REFUSED', `request ${requestId} was refused before, for good`, {
        hint: 'to try again, use a new request id',
        facts,
      });
    case 'already_reversed':
      return new InvError('REFUSED', `it was undone before, by request ${outcome.byRequestId}`, {
        hint: `inv stock history --request-id ${outcome.byRequestId}`,
        facts: { ...facts, reversed_by: outcome.byRequestId },
      });
  }
}

function insufficientError(shortages: readonly Shortage[], requestId: string): InvError {
  const [first] = shortages;
  const list = shortages.map((shortage) => ({
    sku: shortage.sku,
    location: shortage.location,
    wanted: shortage.wanted,
    available: shortage.onHand - shortage.reserved,
    on_hand: shortage.onHand,
    reserved: shortage.reserved,
  }));
  return new InvError('INSUFFICIENT_STOCK', shortages.map(shortageText).join('; '), {
    ...(first === undefined ? {} : { hint: `inv stock show ${first.sku}` }),
    facts: {
      request_id: requestId,
      ...(list.length === 1 ? list[0] : {}),
      shortages: list,
    },
  });
}

/** `MUG-RED: 500 wanted, 115 available (120 on hand, 5 reserved)` */
function shortageText({ sku, location, wanted, onHand, reserved }: Shortage): string {
  const place = location === 'MAIN' ? '' : ` at ${location}`;
  return (
    `${sku}${place}: ${String(wanted)} wanted, ${String(onHand - reserved)} available ` +
    `(${String(onHand)} on hand, ${String(reserved)} reserved)`
  );
}
