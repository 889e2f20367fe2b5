import { insertMovements, insertPostings } from '../../adapters/mysql/postings.ts';
import type { Session } from '../../adapters/mysql/session.ts';
import { integer } from '../../adapters/mysql/values.ts';
import type { StockKey } from '../../domain/decide.ts';
import type { PostingDraft } from '../../domain/posting.ts';

/** What a level was when somebody looked: by now it may be another. */
export async function readLevel(session: Session, row: StockKey): Promise<number> {
  const [found] = await session.rows<{ on_hand: number }>(
    'SELECT on_hand FROM stock WHERE product_id = ? AND location_id = ?',
    [row.productId, row.locationId],
  );
  return integer(found?.on_hand ?? 0);
}

/** Writes the level that the caller has computed, over whatever stands there: this is the mistake. */
export async function writeLevel(
  session: Session,
  row: StockKey,
  draft: PostingDraft,
  { strategy, level }: { readonly strategy: string; readonly level: number },
): Promise<void> {
  const [postingId = 0] = await insertPostings(session, [draft], strategy);
  await session.run(
    'UPDATE stock SET on_hand = ?, version = version + 1 WHERE product_id = ? AND location_id = ?',
    [level, row.productId, row.locationId],
  );
  await insertMovements(
    session,
    draft.lines.map((line) => ({
      ...{ postingId, line: 1, productId: line.productId, locationId: line.locationId },
      ...{ quantity: line.quantity, onHandAfter: level, availableAfter: level, unitCost: null },
    })),
  );
}
