import type { UndoneBy } from '../../../ports/undone-by.ts';
import type { Session } from '../session.ts';
import { integer, isoFromDatetime } from '../values.ts';

const SELECT_REVERSAL = 'SELECT id, request_id, posted_at FROM postings WHERE reverses_id = ?';

const SELECT_MOVEMENTS = 'SELECT id FROM movements WHERE posting_id = ? ORDER BY line';

/** An undo can be undone itself, so every second reversal brings the posting back. @returns null: it stands */
export async function selectUndoneBy(
  session: Session,
  postingId: number,
): Promise<UndoneBy | null> {
  let undoneBy: UndoneBy | null = null;
  let last = await reversalOf(session, postingId);
  while (last !== null) {
    undoneBy = undoneBy === null ? last : null;
    last = await reversalOf(session, last.postingId);
  }
  if (undoneBy === null) return null;
  const movements = await session.rows<{ id: number }>(SELECT_MOVEMENTS, [undoneBy.postingId]);
  return { ...undoneBy, movementIds: movements.map(({ id }) => integer(id)) };
}

async function reversalOf(session: Session, postingId: number): Promise<UndoneBy | null> {
  const [row] = await session.rows<{ id: number; request_id: string; posted_at: string }>(
    SELECT_REVERSAL,
    [postingId],
  );
  if (row === undefined) return null;
  return {
    requestId: row.request_id,
    postingId: integer(row.id),
    movementIds: [],
    at: isoFromDatetime(row.posted_at),
  };
}
