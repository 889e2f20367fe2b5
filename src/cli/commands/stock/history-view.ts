import type { JsonObject, JsonValue } from '../../../lib/json.ts';
import type { LedgerEntry } from '../../../ports/ledger-reader.ts';
import type { Column, RowStream } from '../../terminal/types.ts';

/** The contract: csv and tsv have these, in this order. */
const KEYS = [
  'movement_id',
  'posting_id',
  'request_id',
  'kind',
  'sku',
  'location',
  'quantity',
  'on_hand_after',
  'actor',
  'reference',
  'reason',
  'supplier',
  'occurred_at',
  'posted_at',
  'unit_cost',
] as const;

const ALL_COLUMNS: readonly Column[] = KEYS.map((key) => ({
  key,
  title: key.replaceAll('_', ' '),
}));

/** What a person needs at a glance, in 80 columns; the rest is there with --fields or --json. */
const PERSON_COLUMNS: readonly Column[] = [
  { key: 'posting_id', title: 'POSTING' },
  // Aligned right it is never cut; all of them have one width.
  { key: 'occurred_at', title: 'WHEN (UTC)', align: 'right', format: minuteText },
  { key: 'kind', title: 'KIND', priority: 3 },
  { key: 'sku', title: 'SKU', priority: 2 },
  { key: 'location', title: 'AT', priority: 2 },
  {
    key: 'quantity',
    title: 'UNITS',
    align: 'right',
    format: signed,
    style: (value) => (Number(value) < 0 ? 'red' : 'green'),
  },
  { key: 'on_hand_after', title: 'ON HAND' },
  { key: 'reference', title: 'REFERENCE', format: referenceText },
];

const WIDE_COLUMNS: readonly Column[] = [...PERSON_COLUMNS, { key: 'actor', title: 'ACTOR' }];

const WIDEST_COLUMNS: readonly Column[] = [
  ...WIDE_COLUMNS,
  { key: 'request_id', title: 'REQUEST', priority: 3 },
];

/** From here on a terminal has room for more than the essential columns. */
const WIDE = 100;
const WIDEST = 110;

export interface HistoryViewOptions {
  readonly limit: number | null;
  /** Columns of the person's terminal; null for a script. */
  readonly terminalColumns: number | null;
}

export function historyStream(
  entries: AsyncIterable<LedgerEntry>,
  { limit, terminalColumns }: HistoryViewOptions,
): RowStream {
  let oldest: number | undefined;
  async function* rows(): AsyncGenerator<JsonObject> {
    for await (const entry of entries) {
      oldest = entry.movementId;
      yield entryDocument(entry);
    }
  }
  return {
    columns: columnsFor(terminalColumns),
    rows: rows(),
    empty: 'no movements',
    footer: (count) =>
      count === limit && oldest !== undefined
        ? `the newest ${String(count)}; older: --before ${String(oldest)}, or --limit 0 for all`
        : undefined,
  };
}

function columnsFor(terminalColumns: number | null): readonly Column[] {
  if (terminalColumns === null) return ALL_COLUMNS;
  if (terminalColumns < WIDE) return PERSON_COLUMNS;
  return terminalColumns < WIDEST ? WIDE_COLUMNS : WIDEST_COLUMNS;
}

/** One line of the ledger, as every command shows it to scripts. */
export function entryDocument(entry: LedgerEntry): JsonObject {
  return {
    movement_id: entry.movementId,
    posting_id: entry.postingId,
    request_id: entry.requestId,
    kind: entry.kind,
    sku: entry.sku,
    location: entry.location,
    quantity: entry.quantity,
    on_hand_after: entry.onHandAfter,
    actor: entry.actor,
    reference: entry.reference,
    reason: entry.reason,
    supplier: entry.supplier,
    occurred_at: entry.occurredAt,
    posted_at: entry.postedAt,
    unit_cost: entry.unitCost,
  } satisfies Record<(typeof KEYS)[number], JsonValue>;
}

/** `on hand as of 2026-01-31 08:00:00: 12 (MAIN 10, BAY-7 2)` */
export function balanceText(
  balance: readonly { readonly location: string; readonly onHand: number }[],
  asOf: string,
): string {
  const total = balance.reduce((sum, { onHand }) => sum + onHand, 0);
  const places = balance.map(({ location, onHand }) => `${location} ${String(onHand)}`);
  const list = places.length === 0 ? '' : ` (${places.join(', ')})`;
  return `on hand as of ${momentText(asOf)} UTC: ${String(total)}${list}`;
}

/** To the second: finer than a person reads. */
export function momentText(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value.slice(0, 19).replace('T', ' ') : '';
}

function minuteText(value: JsonValue | undefined): string {
  return momentText(value).slice(0, 16);
}

function signed(value: JsonValue | undefined): string {
  if (typeof value !== 'number') return '';
  return value > 0 ? `+${String(value)}` : String(value);
}

function referenceText(value: JsonValue | undefined, row: JsonObject): string {
  const parts = [value, row['reason']].filter((part) => typeof part === 'string');
  return parts.join(': ');
}
