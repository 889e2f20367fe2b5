import type { Movement, Posting, PostingDraft } from '../../domain/posting.ts';
import { hexLiteral } from './row-statements.ts';
import type { TextLiteral } from './row-statements.ts';
import type { Session } from './session.ts';
import { datetimeFromIso, integer } from './values.ts';

/**
 * What became of a void counts: when a sale of Redis came in after it, that sale's posting (its
 * `reverses_id` is the void) stands for the request.
 */
const SELECT_KNOWN = `
  SELECT p.request_id, COALESCE(s.id, p.id) AS id,
         LOWER(HEX(COALESCE(s.fingerprint, p.fingerprint))) AS fingerprint,
         COALESCE(s.kind, p.kind) AS kind, COALESCE(s.strategy, p.strategy) AS strategy
    FROM JSON_TABLE(?, '$[*]' COLUMNS (request_id VARCHAR(100) CHARACTER SET ascii PATH '$')) AS asked
    STRAIGHT_JOIN postings p ON p.request_id = CAST(asked.request_id AS BINARY)
    LEFT JOIN postings s ON p.kind = 'void' AND s.reverses_id = p.id`;

/** The id of the posting that stands for one request id, as an expression. */
export const POSTING_OF_REQUEST = `(
  SELECT COALESCE(s.id, p.id)
    FROM postings p LEFT JOIN postings s ON p.kind = 'void' AND s.reverses_id = p.id
   WHERE p.request_id = CAST(? AS BINARY))`;

const SELECT_REVERSALS = `
  SELECT p.reverses_id, p.request_id
    FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) AS asked
    STRAIGHT_JOIN postings p ON p.reverses_id = asked.id`;

const SELECT_MOVEMENTS = `
  SELECT m.posting_id, m.id, p.sku, l.code AS location, m.quantity, m.on_hand_after, m.available_after
    FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) AS asked
    STRAIGHT_JOIN movements m ON m.posting_id = asked.id
    STRAIGHT_JOIN products p ON p.id = m.product_id
    STRAIGHT_JOIN locations l ON l.id = m.location_id
   ORDER BY m.posting_id, m.line`;

export const INSERT_POSTINGS = `
  INSERT INTO postings (request_id, fingerprint, kind, strategy, actor, host, source, reason,
                        reference, supplier_id, reverses_id, occurred_at, posted_at) VALUES`;

const INSERT_MOVEMENTS = `
  INSERT INTO movements (posting_id, line, product_id, location_id, quantity, on_hand_after,
                         available_after, unit_cost) VALUES`;

export interface KnownPosting {
  readonly id: number;
  readonly fingerprint: string;
  readonly kind: string;
  readonly strategy: string;
}

/** One line of the ledger about to be written. */
export interface MovementRow {
  readonly postingId: number;
  readonly line: number;
  readonly productId: number;
  readonly locationId: number;
  readonly quantity: number;
  readonly onHandAfter: number;
  readonly availableAfter: number;
  readonly unitCost: string | null;
}

/** The postings that stand for one of the request ids, by request id; kind `void` is a recorded NO. */
export async function findPostings(
  session: Session,
  requestIds: readonly string[],
): Promise<ReadonlyMap<string, KnownPosting>> {
  const rows = await session.rows<{
    id: number;
    request_id: string;
    fingerprint: string;
    kind: string;
    strategy: string;
  }>(SELECT_KNOWN, [JSON.stringify(requestIds)]);
  return new Map(
    rows.map(({ request_id, id, ...rest }) => [request_id, { id: integer(id), ...rest }]),
  );
}

/** Request ids of the reversals of these postings, by the posting that is reversed. */
export async function findReversals(
  session: Session,
  postingIds: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  if (postingIds.length === 0) return new Map();
  const rows = await session.rows<{ reverses_id: number; request_id: string }>(SELECT_REVERSALS, [
    JSON.stringify(postingIds),
  ]);
  return new Map(rows.map((row) => [integer(row.reverses_id), row.request_id]));
}

/** The answers as they were first given, rebuilt from the ledger, by request id. */
export async function loadPostings(
  session: Session,
  known: ReadonlyMap<string, KnownPosting>,
): Promise<ReadonlyMap<string, Posting>> {
  if (known.size === 0) return new Map();
  const rows = await session.rows<{
    posting_id: number;
    id: number;
    sku: string;
    location: string;
    quantity: number;
    on_hand_after: number;
    available_after: number;
  }>(SELECT_MOVEMENTS, [JSON.stringify([...known.values()].map((posting) => posting.id))]);
  const movements = new Map<number, Movement[]>();
  for (const row of rows) {
    const list = movements.get(integer(row.posting_id)) ?? [];
    movements.set(integer(row.posting_id), list);
    list.push({
      id: integer(row.id),
      sku: row.sku,
      location: row.location,
      quantity: integer(row.quantity),
      onHandBefore: integer(row.on_hand_after) - integer(row.quantity),
      onHandAfter: integer(row.on_hand_after),
      availableAfter: integer(row.available_after),
    });
  }
  return new Map(
    [...known].map(([requestId, { id, kind, strategy }]) => [
      requestId,
      { id, requestId, kind, strategy, movements: movements.get(id) ?? [] },
    ]),
  );
}

/**
 * Writes the postings and returns their ids, in order.
 * @throws the driver's error 1062 when a request id or a reversal is there already
 */
export async function insertPostings(
  session: Session,
  drafts: readonly PostingDraft[],
  strategy: string,
): Promise<readonly number[]> {
  const [clock] = await session.rows<{ now: string }>('SELECT UTC_TIMESTAMP(6) AS now');
  const now = clock?.now ?? '';
  const literalOf = (draft: PostingDraft, text: TextLiteral): string => {
    const { origin, supplierId, reversesId, occurredAt } = draft;
    const occurred = occurredAt === null ? now : datetimeFromIso(occurredAt);
    return (
      `(${text(draft.requestId)},${hexLiteral(draft.fingerprint)},${text(draft.kind)},${text(strategy)},` +
      `${text(origin.actor)},${text(origin.host)},${text(origin.source)},${text(draft.reason)},` +
      `${text(draft.reference)},${numberLiteral(supplierId)},${numberLiteral(reversesId)},` +
      `${text(occurred)},${text(now)})`
    );
  };
  return session.prepareRows({ sql: INSERT_POSTINGS, items: drafts, literalOf }).send();
}

/** Writes the movements and returns their ids, in order. */
export async function insertMovements(
  session: Session,
  movements: readonly MovementRow[],
): Promise<readonly number[]> {
  const literalOf = (m: MovementRow, text: TextLiteral): string =>
    `(${m.postingId},${m.line},${m.productId},${m.locationId},${m.quantity},${m.onHandAfter},` +
    `${m.availableAfter},${text(m.unitCost)})`;
  return session.prepareRows({ sql: INSERT_MOVEMENTS, items: movements, literalOf }).send();
}

export function numberLiteral(value: number | null): string {
  return value === null ? 'NULL' : String(value);
}
