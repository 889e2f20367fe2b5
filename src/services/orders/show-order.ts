import type { InvError } from '../../lib/errors.ts';
import type { RequestRecord } from '../../ports/request-record.ts';
import { compareWithBooks } from './compare-with-books.ts';
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
  unreadableOrder,
} from './shown-order.ts';
import { isTrouble } from './units-answer.ts';
import type { Trouble } from './units-answer.ts';
import { watchOrder } from './watch-order.ts';
import type { OrderWatch } from './watch-order.ts';

/**
 * What has become of a request, from what Redis remembers and what the books hold. `replayed` is
 * false: nothing was asked for.
 * @throws InvError NOT_FOUND (also where it was refused); STORE_UNAVAILABLE, FENCED when a store that
 *   would know does not answer; INVARIANT_VIOLATED when one answers what cannot be
 */
export async function showOrder(
  dependencies: OrderDependencies,
  { requestId }: { readonly requestId: string },
): Promise<OrderAnswer> {
  return watchOrder(dependencies, requestId, (watch) => lookUp(dependencies, watch));
}

async function lookUp(dependencies: OrderDependencies, watch: OrderWatch): Promise<OrderAnswer> {
  const { requestId } = watch;
  const recorded = await recordedOrder(dependencies, requestId);
  const booked = await bookedOrder(dependencies, requestId);
  const record = isTrouble(recorded) ? null : (recorded.found?.record ?? null);
  if (!isTrouble(booked)) compareWithBooks(watch, record, booked);
  if (!isTrouble(booked) && booked.ledger.status === 'booked') {
    const { posting } = booked.ledger;
    const order = orderFromPosting(posting, booked, { replayed: false });
    return { ...order, undone: await (await dependencies.books()).undoneBy(posting.id) };
  }
  const remembered = isTrouble(recorded)
    ? recorded
    : await rememberedOrder(dependencies, watch, recorded);
  if (remembered !== null && !isTrouble(remembered)) return remembered;
  if (isTrouble(booked)) throw silent(requestId, booked);
  const { row, ledger } = booked;
  if (row === null || row.state === 'held') {
    await refuseDoubt(dependencies, requestId, { trouble: remembered, record });
  }
  if (row !== null) {
    const nowMs = isTrouble(recorded) ? booked.nowMs : recorded.time.nowMs;
    return orderFromRow(row, { replayed: false, state: stateWithoutHold(row, nowMs) });
  }
  throw noSuchOrder(requestId, { wasRefused: record !== null || ledger.status === 'void' });
}

/**
 * That there is no order, or no hold any more, is said only where Redis could tell.
 * @throws InvError FENCED, where Redis may yet have it; STORE_UNAVAILABLE; INVARIANT_VIOLATED
 */
async function refuseDoubt(
  dependencies: OrderDependencies,
  requestId: string,
  { trouble, record }: { readonly trouble: Trouble | null; readonly record: RequestRecord },
): Promise<void> {
  if (trouble !== null) throw silent(requestId, trouble);
  if (record?.status === 'unreadable') throw unreadableOrder(requestId);
  const fenced = await fencedShard(dependencies);
  if (fenced !== null) throw silent(requestId, fenced);
}

/** null: nothing that would be an order. */
async function rememberedOrder(
  dependencies: OrderDependencies,
  watch: OrderWatch,
  { found, time }: RecordedOrder,
): Promise<OrderAnswer | null | Trouble> {
  const record = found?.record;
  if (record === undefined || record.status === 'unreadable') return null;
  const units = record.status === 'no' ? record.ended : record;
  if (units === null) return null;
  const known = await withPlace(dependencies, watch, units);
  if (isTrouble(known)) return known;
  const state = recordedState(record, time.nowMs);
  return orderFromUnits(watch.requestId, known, { replayed: false, state });
}

function silent(requestId: string, trouble: Trouble): InvError {
  return giveUp({ requestId, subject: `order ${requestId}`, trouble, doubt: 'none' });
}
