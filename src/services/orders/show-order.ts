import type { InvError } from '../../lib/errors.ts';
import type { OrderDependencies } from './dependencies.ts';
import { fencedShard } from './fenced-shard.ts';
import { giveUp } from './give-up.ts';
import { bookedOrder, recordedOrder, withPlace } from './known-order.ts';
import type { RecordedOrder } from './known-order.ts';
import type { OrderAnswer } from './order-answer.ts';
import {
  noSuchOrder,
  orderFromPosting,
  orderFromRow,
  orderFromUnits,
  recordedState,
  stateWithoutHold,
} from './shown-order.ts';
import { isTrouble } from './units-answer.ts';
import type { Trouble } from './units-answer.ts';

/**
 * What has become of a request, from what Redis remembers and what the books hold. `replayed` is
 * false: nothing was asked for.
 * @throws InvError NOT_FOUND (also where it was refused); STORE_UNAVAILABLE, FENCED when a store that
 *   would know does not answer
 */
export async function showOrder(
  dependencies: OrderDependencies,
  { requestId }: { readonly requestId: string },
): Promise<OrderAnswer> {
  const recorded = await recordedOrder(dependencies, requestId);
  const booked = await bookedOrder(dependencies, requestId);
  if (!isTrouble(booked) && booked.ledger.status === 'booked') {
    const { posting } = booked.ledger;
    const order = orderFromPosting(posting, booked, { replayed: false });
    return { ...order, undone: await (await dependencies.books()).undoneBy(posting.id) };
  }
  const remembered = isTrouble(recorded)
    ? recorded
    : await rememberedOrder(dependencies, requestId, recorded);
  if (remembered !== null && !isTrouble(remembered)) return remembered;
  if (isTrouble(booked)) throw silent(requestId, booked);
  const { row, ledger } = booked;
  if (remembered !== null && (row === null || row.state === 'held')) {
    throw silent(requestId, remembered);
  }
  if (row === null || row.state === 'held') await refuseFenced(dependencies, requestId);
  if (row !== null) {
    const nowMs = isTrouble(recorded) ? booked.nowMs : recorded.time.nowMs;
    return orderFromRow(row, { replayed: false, state: stateWithoutHold(row, nowMs) });
  }
  const isRefusal = !isTrouble(recorded) && recorded.found !== null;
  throw noSuchOrder(requestId, { wasRefused: isRefusal || ledger.status === 'void' });
}

/** @throws InvError FENCED, where Redis may yet have the order; STORE_UNAVAILABLE */
async function refuseFenced(dependencies: OrderDependencies, requestId: string): Promise<void> {
  const fenced = await fencedShard(dependencies);
  if (fenced !== null) throw silent(requestId, fenced);
}

/** null: nothing that would be an order. */
async function rememberedOrder(
  dependencies: OrderDependencies,
  requestId: string,
  { found, time }: RecordedOrder,
): Promise<OrderAnswer | null | Trouble> {
  const record = found?.record;
  const units = record?.status === 'no' ? record.ended : record;
  if (record === undefined || units === null || units === undefined) return null;
  const known = await withPlace(dependencies, units);
  if (isTrouble(known)) return known;
  const state = recordedState(record, time.nowMs);
  return orderFromUnits(requestId, known, { replayed: false, state });
}

function silent(requestId: string, trouble: Trouble): InvError {
  return giveUp({ requestId, subject: `order ${requestId}`, trouble, doubt: 'none' });
}
