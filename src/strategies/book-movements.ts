import { insertMovements } from '../adapters/mysql/postings.ts';
import type { MovementRow } from '../adapters/mysql/postings.ts';
import type { Session } from '../adapters/mysql/session.ts';
import { keyText } from '../domain/decide.ts';
import type { Balance, Decision } from '../domain/decide.ts';
import type { Posting, PostingDraft } from '../domain/posting.ts';
import { assert } from '../lib/assert.ts';

interface Booking {
  readonly strategy: string;
  readonly accepted: readonly PostingDraft[];
  /** Ids of the accepted drafts' postings, in order. */
  readonly postingIds: readonly number[];
  readonly decision: Decision;
  /** Balances with all changes made. */
  readonly after: ReadonlyMap<string, Balance>;
}

/** Writes the ledger lines of the accepted drafts, with the running balance after each. */
export async function bookMovements(
  session: Session,
  { strategy, accepted, postingIds, decision, after }: Booking,
): Promise<ReadonlyMap<string, Posting>> {
  const running = new Map<string, { onHand: number; reserved: number }>();
  for (const change of decision.changes) {
    const balance = after.get(keyText(change));
    assert(balance !== undefined, 'a changed stock row has a balance');
    running.set(keyText(change), {
      onHand: balance.onHand - change.delta,
      reserved: balance.reserved,
    });
  }
  const rows = accepted.flatMap((draft, at) =>
    draft.lines.map((line, index): MovementRow => {
      const balance = running.get(keyText(line));
      assert(balance !== undefined, 'a booked line has a balance');
      balance.onHand += line.quantity;
      return {
        postingId: itemAt(postingIds, at),
        line: index + 1,
        productId: line.productId,
        locationId: line.locationId,
        quantity: line.quantity,
        onHandAfter: balance.onHand,
        availableAfter: balance.onHand - balance.reserved,
        unitCost: line.unitCost,
      };
    }),
  );
  const movementIds = await insertMovements(session, rows);
  let row = 0;
  return new Map(
    accepted.map((draft, at) => {
      const movements = draft.lines.map(({ sku, location, quantity }) => {
        const booked = itemAt(rows, row);
        const id = itemAt(movementIds, row);
        row += 1;
        return {
          id,
          sku,
          location,
          quantity,
          onHandBefore: booked.onHandAfter - quantity,
          onHandAfter: booked.onHandAfter,
          availableAfter: booked.availableAfter,
        };
      });
      const { requestId, kind } = draft;
      return [
        requestId,
        { id: itemAt(postingIds, at), requestId, kind, strategy, movements },
      ] as const;
    }),
  );
}

function itemAt<T>(list: readonly T[], index: number): T {
  const item = list[index];
  assert(item !== undefined, 'drafts, ids and rows stand in one order');
  return item;
}
