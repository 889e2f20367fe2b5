import type { PostingLine } from '../../domain/posting.ts';
import type { BookedPosting, PostingName } from '../../ports/ledger-reader.ts';
import { POSTING_OF_REQUEST } from './postings.ts';
import type { Session } from './session.ts';
import { integer, money } from './values.ts';

const COLUMNS = 'id, request_id, kind, reference, supplier_id';
const BY_REQUEST = `SELECT ${COLUMNS} FROM postings WHERE id = ${POSTING_OF_REQUEST}`;
const BY_ID = `SELECT ${COLUMNS} FROM postings WHERE id = ?`;

const SELECT_LINES = `
  SELECT m.product_id, p.sku, m.location_id, l.code, m.quantity, m.unit_cost
    FROM movements m
    STRAIGHT_JOIN products p ON p.id = m.product_id
    STRAIGHT_JOIN locations l ON l.id = m.location_id
   WHERE m.posting_id = ?
   ORDER BY m.line`;

interface PostingRow {
  id: number;
  request_id: string;
  kind: string;
  reference: string | null;
  supplier_id: number | null;
}

interface LineRow {
  product_id: number;
  sku: string;
  location_id: number;
  code: string;
  quantity: number;
  unit_cost: string | null;
}

/** A posting with its lines, by request id or number. */
export async function findPosting(
  session: Session,
  name: PostingName,
): Promise<BookedPosting | undefined> {
  const [row] = await ('requestId' in name
    ? session.rows<PostingRow>(BY_REQUEST, [name.requestId])
    : session.rows<PostingRow>(BY_ID, [name.postingId]));
  if (row === undefined) return undefined;
  const id = integer(row.id);
  const lines = await session.rows<LineRow>(SELECT_LINES, [id]);
  return {
    id,
    requestId: row.request_id,
    kind: row.kind,
    reference: row.reference,
    supplierId: row.supplier_id === null ? null : integer(row.supplier_id),
    lines: lines.map(lineFrom),
  };
}

function lineFrom(row: LineRow): PostingLine {
  return {
    productId: integer(row.product_id),
    sku: row.sku,
    locationId: integer(row.location_id),
    location: row.code,
    quantity: integer(row.quantity),
    unitCost: money(row.unit_cost),
  };
}
