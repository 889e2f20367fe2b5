import type { BadPosting } from '../../../ports/reconcile-books.ts';
import type { Session } from '../session.ts';
import { integer } from '../values.ts';

/** A NO moves nothing, nor does a count that finds what it expects; a sale without stock is parked. */
const SELECT_WITHOUT = `
  SELECT p.request_id, p.kind
    FROM postings p
    LEFT JOIN movements m ON m.posting_id = p.id
   WHERE p.id > ? AND p.id <= ? AND m.id IS NULL AND p.kind NOT IN ('void', 'adjust')
     AND NOT EXISTS (SELECT 1 FROM parked_events e WHERE e.posting_id = p.id)`;

const SELECT_REVERSALS = `
  SELECT p.request_id, p.kind, -SUM(o.quantity) AS expected,
         (SELECT COALESCE(SUM(m.quantity), 0) FROM movements m WHERE m.posting_id = p.id) AS actual
    FROM postings p
    JOIN movements o ON o.posting_id = p.reverses_id
   WHERE p.id > ? AND p.id <= ? AND p.kind = 'reversal'
   GROUP BY p.id, p.request_id, p.kind
  HAVING expected <> actual`;

export async function readBadPostings(
  session: Session,
  after: number,
  upTo: number,
): Promise<readonly BadPosting[]> {
  const without = await session.rows<{ request_id: string; kind: string }>(SELECT_WITHOUT, [
    after,
    upTo,
  ]);
  const reversals = await session.rows<{
    request_id: string;
    kind: string;
    expected: number | string;
    actual: number | string;
  }>(SELECT_REVERSALS, [after, upTo]);
  return [
    ...without.map((row) => ({
      requestId: row.request_id,
      kind: row.kind,
      problem: 'without' as const,
      expected: null,
      actual: 0,
    })),
    ...reversals.map((row) => ({
      requestId: row.request_id,
      kind: row.kind,
      problem: 'reversal' as const,
      expected: integer(row.expected),
      actual: integer(row.actual),
    })),
  ];
}
