import type { UndoneBy } from '../../../ports/undone-by.ts';
import type { Session } from '../session.ts';
import { integer, isoFromDatetime } from '../values.ts';

const SELECT_REVERSALS = `
  SELECT p.reverses_id, p.id, p.request_id, p.posted_at
    FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) AS asked
    STRAIGHT_JOIN postings p ON p.reverses_id = asked.id`;

const SELECT_MOVEMENTS = `
  SELECT m.posting_id, m.id
    FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) AS asked
    STRAIGHT_JOIN movements m ON m.posting_id = asked.id
   ORDER BY m.posting_id, m.line`;

/** An undo can be undone itself, so every second reversal brings the posting back. @returns those that do not stand */
export async function selectUndoneBy(
  session: Session,
  postingIds: readonly number[],
): Promise<ReadonlyMap<number, UndoneBy>> {
  const undone = new Map<number, UndoneBy>();
  /** The last reversal of each chain that may go on, and the posting that the chain began with. */
  let ends = new Map(postingIds.map((id) => [id, id]));
  while (ends.size > 0) {
    const next = new Map<number, number>();
    for (const reversal of await reversalsOf(session, [...ends.keys()])) {
      const first = ends.get(reversal.reversesId);
      if (first === undefined) continue;
      next.set(reversal.postingId, first);
      if (undone.delete(first)) continue;
      const { requestId, postingId, at } = reversal;
      undone.set(first, { requestId, postingId, movementIds: [], at });
    }
    ends = next;
  }
  return withMovements(session, undone);
}

type Reversal = Omit<UndoneBy, 'movementIds'> & { readonly reversesId: number };

async function reversalsOf(
  session: Session,
  postingIds: readonly number[],
): Promise<readonly Reversal[]> {
  const rows = await session.rows<{
    reverses_id: number;
    id: number;
    request_id: string;
    posted_at: string;
  }>(SELECT_REVERSALS, [JSON.stringify(postingIds)]);
  return rows.map((row) => ({
    reversesId: integer(row.reverses_id),
    requestId: row.request_id,
    postingId: integer(row.id),
    at: isoFromDatetime(row.posted_at),
  }));
}

async function withMovements(
  session: Session,
  undone: ReadonlyMap<number, UndoneBy>,
): Promise<ReadonlyMap<number, UndoneBy>> {
  if (undone.size === 0) return undone;
  const ids = JSON.stringify([...undone.values()].map(({ postingId }) => postingId));
  const rows = await session.rows<{ posting_id: number; id: number }>(SELECT_MOVEMENTS, [ids]);
  const movements = new Map<number, number[]>();
  for (const row of rows) {
    const list = movements.get(integer(row.posting_id)) ?? [];
    movements.set(integer(row.posting_id), list);
    list.push(integer(row.id));
  }
  return new Map(
    [...undone].map(([first, by]) => [
      first,
      { ...by, movementIds: movements.get(by.postingId) ?? [] },
    ]),
  );
}
