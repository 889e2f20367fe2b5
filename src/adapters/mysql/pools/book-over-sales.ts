import type { SaleEvent } from '../../../domain/pool.ts';
import type { Applied } from '../../../domain/settlement/apply-bookings.ts';
import type { OverSale } from '../../../domain/settlement/plan-bookings.ts';
import { findPostings } from '../postings.ts';
import type { Session } from '../session.ts';
import { postBookings } from './post-bookings.ts';

export interface OverSales {
  /** Those that were in no book: they stand for their request from now on. */
  readonly lost: readonly SaleEvent[];
  readonly parked: Applied['parked'];
}

/**
 * Looks at sales of epochs that a recovery has ended, which came back with old data. Nearly always they
 * were settled before it. One that was not is a sale that the recovery had to give up: its units were
 * given out anew, so it is posted without a movement and parked, for a person to cover. One that was
 * answered NO since then stays so.
 */
export async function bookOverSales(
  session: Session,
  over: readonly OverSale[],
  now: string,
): Promise<OverSales> {
  if (over.length === 0) return { lost: [], parked: [] };
  const byId = new Map(over.map((sale) => [sale.event.requestId, sale]));
  const known = await findPostings(session, [...byId.keys()]);
  const lost = [...byId.values()].filter(({ event }) => !known.has(event.requestId));
  const bookings = lost.map(({ event, entryId }) => ({ kind: 'event', event, entryId }) as const);
  const stands = await postBookings(session, bookings, now);
  const parked = lost.map(({ event, entryId }, at): Applied['parked'][number] => {
    const { bucketId, epoch, quantity } = event;
    const stand = stands[at];
    const postingId = stand?.kind === 'posted' ? stand.postingId : 0;
    return {
      eventId: entryId,
      kind: 'oversold',
      bucketId,
      reason: `${quantity} units were sold in epoch ${epoch}, which a recovery has ended: they may be sold again`,
      payload: JSON.stringify(event),
      oversold: { bucketId, epoch, postingId, units: quantity },
    };
  });
  return { lost: lost.map(({ event }) => event), parked };
}
