import type { KnownRequest, PoolBooks } from '../../../ports/pool-books.ts';
import type { Database } from '../database.ts';
import type { KnownPosting } from '../postings.ts';
import type { Session } from '../session.ts';
import { askTogether, READS_IN_FLIGHT_MAX } from '../together.ts';
import { integer, isoFromDatetime } from '../values.ts';
import { answersFrom } from './answers.ts';
import { JOIN_POOL, ORDER_COLUMNS, orderFrom } from './order-queries.ts';
import type { OrderColumns } from './order-queries.ts';

/** One row for each id; as in SELECT_KNOWN of postings.ts, a sale that came in after a void stands for it. */
const SELECT = `
  SELECT UTC_TIMESTAMP(6) AS now, asked.request_id AS asked_id, COALESCE(s.id, k.id) AS posting_id,
         LOWER(HEX(COALESCE(s.fingerprint, k.fingerprint))) AS posting_fingerprint,
         COALESCE(s.kind, k.kind) AS kind, COALESCE(s.strategy, k.strategy) AS strategy, ${ORDER_COLUMNS}
    FROM JSON_TABLE(?, '$[*]' COLUMNS (request_id VARCHAR(100) CHARACTER SET ascii PATH '$')) AS asked
    LEFT JOIN postings k FORCE INDEX (postings_request)
           ON k.request_id = CAST(asked.request_id AS BINARY)
    LEFT JOIN postings s FORCE INDEX (postings_reverses) ON k.kind = 'void' AND s.reverses_id = k.id
    LEFT JOIN orders o FORCE INDEX (orders_request)
           ON o.request_id = CAST(asked.request_id AS BINARY)
    LEFT JOIN products p ON p.id = o.product_id
    LEFT JOIN locations l ON l.id = o.location_id
    ${JOIN_POOL}`;

interface PostingColumns {
  readonly now: string;
  readonly asked_id: string;
  readonly posting_id: number | null;
  readonly posting_fingerprint: string;
  readonly kind: string;
  readonly strategy: string;
}

type Row = PostingColumns & (OrderColumns | { readonly request_id: null });

/** LOOKUP: what the books know of a request, and the database's time. */
export function createLookUp(database: Database): PoolBooks['lookup'] {
  return askTogether({
    label: database.label,
    unitsInFlightMax: READS_IN_FLIGHT_MAX,
    ask: (requestIds: readonly string[]) =>
      database.read((session) => knownRequests(session, requestIds)),
  });
}

async function knownRequests(
  session: Session,
  requestIds: readonly string[],
): Promise<readonly KnownRequest[]> {
  const ids = [...new Set(requestIds)];
  const rows = await session.rows<Row>(SELECT, [JSON.stringify(ids)]);
  const known = new Map(rows.flatMap(knownPosting));
  const answers = await answersFrom(session, ids, known);
  const requests = new Map(
    rows.map((row): [string, KnownRequest] => [
      row.asked_id,
      {
        ...(answers.get(row.asked_id) ?? { status: 'none' }),
        order: row.request_id === null ? null : orderFrom(row),
        now: isoFromDatetime(row.now),
      },
    ]),
  );
  return requestIds.flatMap((requestId) => requests.get(requestId) ?? []);
}

function knownPosting(row: Row): readonly [string, KnownPosting][] {
  const { asked_id, posting_id, posting_fingerprint: fingerprint, kind, strategy } = row;
  if (posting_id === null) return [];
  return [[asked_id, { id: integer(posting_id), fingerprint, kind, strategy }]];
}
