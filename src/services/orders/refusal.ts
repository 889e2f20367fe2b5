import type { PoolRefusal } from '../../domain/posting.ts';
import { InvError } from '../../lib/errors.ts';
import { placeText } from '../pools/find-pool.ts';
import type { UnitsAnswer, UnitsRequest } from './units-answer.ts';

interface Asker {
  readonly requestId: string;
  readonly buyer: string | null;
}

type RefusingAnswer = Extract<UnitsAnswer, { readonly status: 'no' | 'no_pool' }>;

/** A refused request for units as a value that all who sell from pools share. */
export function poolRefusalOf(
  answer: RefusingAnswer,
  { place, quantity }: UnitsRequest,
): PoolRefusal {
  return {
    status: 'pool_refused',
    sku: place.sku,
    location: place.location,
    wanted: quantity,
    reason: reasonOf(answer),
    available: answer.status === 'no_pool' ? null : answer.available,
  };
}

function reasonOf(answer: RefusingAnswer): PoolRefusal['reason'] {
  if (answer.status === 'no_pool') return answer.wasClosed ? 'pool_gone' : 'no_pool';
  const { reason, by } = answer;
  return by === 'books' && reason === 'sold_out' ? 'short_outside' : reason;
}

/** What a pool refused, as the error that the user and the script see. Nothing was sold. */
export function poolRefusalError(refusal: PoolRefusal, { requestId, buyer }: Asker): InvError {
  const { sku, location, wanted, available } = refusal;
  const what = placeText(refusal);
  const elsewhere = location === 'MAIN' ? '' : ` --location ${location}`;
  const facts = { request_id: requestId, sku, location, wanted };
  const show = `inv pool show ${sku}${elsewhere}`;
  const open = `inv pool open ${sku} QUANTITY${elsewhere}`;
  switch (refusal.reason) {
    case 'sold_out':
      if (available === null) return short(REFUSED_BEFORE, AGAIN_HINT);
      return short(`${left(available)} in its pool`, `inv pool top-up ${sku} QUANTITY${elsewhere}`);
    case 'short_outside':
      return short(`${left(available)} outside of its pool, which does not answer`, show);
    case 'closed':
      return refused('POOL_CLOSED', `the pool of ${what} is closed`, show);
    case 'pool_gone':
      return refused('POOL_CLOSED', `${what} has no open pool to sell from`, open);
    case 'no_pool':
      return refused('NOT_FOUND', `${what} has no pool to sell from`, open);
    case 'window':
      return refused(
        'POOL_CLOSED',
        `${what} is not for sale now: its sale has not begun, or is over`,
        show,
      );
    case 'limit': {
      const who = buyer === null ? 'the buyer' : `buyer ${buyer}`;
      return refused(
        'LIMIT_REACHED',
        `with ${String(wanted)} more, ${who} would have more than one buyer may have of ${what}`,
        show,
      );
    }
    case 'too_large':
      return refused(
        'LIMIT_REACHED',
        `${what}: ${String(wanted)} wanted at once, more than a crash of Redis may lose (pools.loss_limit_units)`,
        'place several smaller orders, or raise pools.loss_limit_units',
      );
    case 'no_buyer':
      return refused(
        'LIMIT_REACHED',
        `${what} is sold with a limit per buyer, and the order names no buyer`,
        `inv order place ${sku} ${String(wanted)}${elsewhere} --buyer ID`,
      );
    case 'no_hold':
      return refused('REFUSED', `the hold of request ${requestId} is gone`, GONE_HINT);
    case 'void':
      return refused('REFUSED', `request ${requestId} was refused before, for good`, AGAIN_HINT);
  }

  function short(where: string, hint: string): InvError {
    return new InvError('INSUFFICIENT_STOCK', `${what}: ${String(wanted)} wanted, ${where}`, {
      hint,
      facts: { ...facts, available },
    });
  }

  function refused(
    code: 'POOL_CLOSED' | 'NOT_FOUND' | 'LIMIT_REACHED' | 'REFUSED',
    message: string,
    hint: string,
  ): InvError {
    return new InvError(code, message, { hint, facts });
  }
}

export const GONE_HINT =
  'it expired, was cancelled, or was lost with data of Redis; place a new order';
const REFUSED_BEFORE = 'and the request was refused before, when its pool had less';
const AGAIN_HINT = 'to try again, use a new request id';

function left(available: number | null): string {
  return available === null ? 'less left' : `${String(available)} left`;
}
