import { InvError } from '../../lib/errors.ts';
import { compareWithBooks } from './compare-with-books.ts';
import type { OrderDependencies } from './dependencies.ts';
import { fencedShard } from './fenced-shard.ts';
import { bookedOrder, recordedOrder, withPlace } from './known-order.ts';
import type { BookedOrder, FoundRecord } from './known-order.ts';
import type { OrderAnswer } from './order-answer.ts';
import { pursue } from './pursue.ts';
import type { Pursuit } from './pursue.ts';
import {
  noSuchOrder,
  orderFromRow,
  orderFromUnits,
  stateWithoutHold,
  unreadableOrder,
} from './shown-order.ts';
import { troubleOf } from './trouble.ts';
import { isTrouble } from './units-answer.ts';
import type { Trouble } from './units-answer.ts';

/**
 * Gives the units of a hold back to its pool. A hold that is gone already is a replay.
 * @throws InvError NOT_FOUND, REFUSED (it is sold: `inv stock undo`); OUTCOME_UNKNOWN: ask again with
 *   the same id; INVARIANT_VIOLATED: a store answers what cannot be
 */
export async function cancelOrder(
  dependencies: OrderDependencies,
  { requestId }: { readonly requestId: string },
  { dryRun }: { readonly dryRun: boolean },
): Promise<OrderAnswer> {
  return pursue(dependencies, { requestId, dryRun }, async (pursuit) => {
    const recorded = await recordedOrder(dependencies, requestId);
    if (isTrouble(recorded)) return recorded;
    const { found, time } = recorded;
    if (found === null || !hasUnits(found)) {
      const booked = await bookedOrder(dependencies, requestId);
      if (isTrouble(booked)) return booked;
      const record = found?.record ?? null;
      compareWithBooks(pursuit.watch, record, booked);
      const isBooked = booked.ledger.status === 'booked';
      const fenced = found === null && !isBooked ? await fencedShard(dependencies) : null;
      if (fenced !== null) return fenced;
      if (record?.status === 'unreadable' && !isBooked) throw unreadableOrder(requestId);
      return inBooks(dependencies, requestId, booked, {
        nowMs: time.nowMs,
        wasRefused: found !== null,
      });
    }
    return inRedis(dependencies, pursuit, { found, dryRun });
  });
}

/** Whether Redis remembers a sale or a hold. */
function hasUnits({ record }: FoundRecord): boolean {
  return record.status === 'no' ? record.ended !== null : record.status !== 'unreadable';
}

/** Redis does not know it, or knows only that it was refused. */
async function inBooks(
  dependencies: OrderDependencies,
  requestId: string,
  booked: BookedOrder,
  { nowMs, wasRefused }: { readonly nowMs: number; readonly wasRefused: boolean },
): Promise<OrderAnswer> {
  const { ledger, row } = booked;
  if (ledger.status === 'booked') throw await isSold(dependencies, requestId, booked);
  if (row === null) {
    throw noSuchOrder(requestId, { wasRefused: wasRefused || ledger.status === 'void' });
  }
  return orderFromRow(row, { replayed: true, state: stateWithoutHold(row, nowMs) });
}

async function inRedis(
  dependencies: OrderDependencies,
  { requestId, watch, isAnswerLost }: Pursuit,
  { found, dryRun }: { readonly found: FoundRecord; readonly dryRun: boolean },
): Promise<OrderAnswer | Trouble> {
  const { record } = found;
  if (record.status === 'sold') {
    throw await isSold(dependencies, requestId, await bookedOrder(dependencies, requestId));
  }
  if (record.status === 'unreadable') return { trouble: 'moved' };
  const units = record.status === 'no' ? record.ended : record;
  if (units === null) return { trouble: 'moved' };
  const known = await withPlace(dependencies, watch, units);
  if (isTrouble(known)) return known;
  if (record.status === 'no') {
    const state = record.ended?.as ?? 'cancelled';
    return orderFromUnits(requestId, known, { replayed: !isAnswerLost, state });
  }
  const trouble = dryRun ? null : await release(dependencies, requestId, found);
  return trouble ?? orderFromUnits(requestId, known, { replayed: false, state: 'cancelled' });
}

/** null = done */
async function release(
  dependencies: OrderDependencies,
  requestId: string,
  { shard, generation, record }: FoundRecord,
): Promise<Trouble | null> {
  if (generation === null) return { trouble: 'fenced', shard };
  if (record.status !== 'held') return { trouble: 'moved' };
  try {
    const gate = await dependencies.gate();
    const { bucketId } = record;
    const answer = await gate.release({ shard, generation, bucketId, requestId });
    switch (answer) {
      case 'released':
        return null;
      case 'no_hold':
        return { trouble: 'moved' };
      case 'corrupt':
        return { trouble: 'corrupt' };
      case 'fenced':
        return { trouble: 'fenced', shard };
    }
  } catch (error) {
    return troubleOf(error);
  }
}

/** To undo a sale twice is no way out: one that is undone already is told as such, where the books tell. */
async function isSold(
  { books }: OrderDependencies,
  requestId: string,
  booked: BookedOrder | Trouble,
): Promise<InvError> {
  const facts = { request_id: requestId };
  const posting =
    isTrouble(booked) || booked.ledger.status !== 'booked' ? null : booked.ledger.posting;
  if (posting !== null && (await (await books()).undoneBy(posting.id)) !== null) {
    return new InvError('REFUSED', `order ${requestId} was sold, and that sale is undone already`, {
      hint: `inv order show ${requestId}`,
      facts,
    });
  }
  return new InvError('REFUSED', `order ${requestId} is sold; only a hold can be cancelled`, {
    hint: `inv stock undo ${requestId}`,
    facts,
  });
}
