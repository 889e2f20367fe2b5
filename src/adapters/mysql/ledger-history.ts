import type { LedgerEntry, LedgerFilter } from '../../ports/ledger-reader.ts';
import { POSTING_OF_REQUEST } from './postings.ts';
import type { Parameter, Session } from './session.ts';
import { datetimeFromIso, integer, isoFromDatetime, money } from './values.ts';

/**
 * The ledger is read backwards in windows of so many movements, found by an index that is in the
 * order of their ids, so that a page costs the same however long the ledger is. What else the filter
 * asks is asked of the window's rows: a rare match takes more windows, never a longer statement.
 */
const WINDOWS = {
  ledger: 'FROM movements WHERE id < ? ORDER BY id DESC LIMIT ?',
  product:
    'FROM movements FORCE INDEX (movements_product) WHERE product_id = ? AND id < ? ORDER BY id DESC LIMIT ?',
  request: `FROM movements FORCE INDEX (movements_line)
            WHERE posting_id = ${POSTING_OF_REQUEST} AND id < ?
            ORDER BY id DESC LIMIT ?`,
} as const;

const pageQuery = (window: string): string => `
  SELECT w.id, w.posting_id, po.request_id, po.kind, p.sku, l.code AS location, w.quantity,
         w.on_hand_after, po.actor, po.reference, po.reason, s.code AS supplier,
         po.occurred_at, po.posted_at, w.unit_cost
    FROM (SELECT id, posting_id, product_id, location_id, quantity, on_hand_after, unit_cost ${window}) AS w
    STRAIGHT_JOIN postings po ON po.id = w.posting_id
    STRAIGHT_JOIN products p ON p.id = w.product_id
    STRAIGHT_JOIN locations l ON l.id = w.location_id
    LEFT JOIN suppliers s ON s.id = po.supplier_id
   WHERE (? IS NULL OR w.product_id = ?)
     AND (? IS NULL OR w.location_id = ?)
     AND (? IS NULL OR po.supplier_id = ?)
     AND (? IS NULL OR po.kind = ?)
     AND (? IS NULL OR po.actor = ?)
     AND (? IS NULL OR po.reference = ?)
     AND (? IS NULL OR po.occurred_at >= ?)
     AND (? IS NULL OR po.occurred_at <= ?)
   ORDER BY w.id DESC`;

/** Where the window after this one begins: the id of its oldest movement. */
const edgeQuery = (window: string): string =>
  `SELECT MIN(w.id) AS edge, COUNT(*) AS seen FROM (SELECT id ${window}) AS w`;

interface EntryRow {
  id: number;
  posting_id: number;
  request_id: string;
  kind: string;
  sku: string;
  location: string;
  quantity: number;
  on_hand_after: number;
  actor: string;
  reference: string | null;
  reason: string | null;
  supplier: string | null;
  occurred_at: string;
  posted_at: string;
  unit_cost: string | null;
}

export interface LedgerWindow {
  readonly entries: readonly LedgerEntry[];
  /** Where to go on; null = the ledger ends here. */
  readonly beforeId: number | null;
}

/** The lines of one window that pass the filter, newest first. */
export async function readLedgerWindow(
  session: Session,
  filter: LedgerFilter,
  { beforeId, size }: { readonly beforeId: number; readonly size: number },
): Promise<LedgerWindow> {
  const { window, parameters } = windowOf(filter);
  // A limit travels as text: the driver sends numbers as doubles, which MySQL refuses in a LIMIT.
  const place: readonly Parameter[] = [...parameters, beforeId, String(size)];
  const rows = await session.rows<EntryRow>(pageQuery(window), [...place, ...conditions(filter)]);
  const entries = rows.map(entryFrom);
  if (entries.length === size) return { entries, beforeId: entries.at(-1)?.movementId ?? null };
  const [edge] = await session.rows<{ edge: number | null; seen: number }>(
    edgeQuery(window),
    place,
  );
  const oldest = edge?.edge ?? null;
  const isLast = oldest === null || edge === undefined || integer(edge.seen) < size;
  return { entries, beforeId: isLast ? null : integer(oldest) };
}

/** The database's now, less so many milliseconds. */
export async function momentBefore(session: Session, milliseconds: number): Promise<string> {
  const [row] = await session.rows<{ at: string }>(
    'SELECT UTC_TIMESTAMP(6) - INTERVAL ? * 1000 MICROSECOND AS at',
    [milliseconds],
  );
  return isoFromDatetime(row?.at ?? '');
}

function windowOf(filter: LedgerFilter): {
  readonly window: string;
  readonly parameters: readonly Parameter[];
} {
  if (filter.requestId !== null) {
    return { window: WINDOWS.request, parameters: [filter.requestId] };
  }
  if (filter.productId !== null) {
    return { window: WINDOWS.product, parameters: [filter.productId] };
  }
  return { window: WINDOWS.ledger, parameters: [] };
}

function conditions(filter: LedgerFilter): readonly Parameter[] {
  const moment = (iso: string | null): string | null =>
    iso === null ? null : datetimeFromIso(iso);
  return [
    filter.productId,
    filter.locationId,
    filter.supplierId,
    filter.kind,
    filter.actor,
    filter.reference,
    moment(filter.occurredFrom),
    moment(filter.occurredTo),
  ].flatMap((value) => [value, value]);
}

function entryFrom(row: EntryRow): LedgerEntry {
  return {
    movementId: integer(row.id),
    postingId: integer(row.posting_id),
    requestId: row.request_id,
    kind: row.kind,
    sku: row.sku,
    location: row.location,
    quantity: integer(row.quantity),
    onHandAfter: integer(row.on_hand_after),
    actor: row.actor,
    reference: row.reference,
    reason: row.reason,
    supplier: row.supplier,
    occurredAt: isoFromDatetime(row.occurred_at),
    postedAt: isoFromDatetime(row.posted_at),
    unitCost: money(row.unit_cost),
  };
}
