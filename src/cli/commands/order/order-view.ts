import type { JsonObject, JsonValue } from '../../../lib/json.ts';
import type { ListedOrder } from '../../../services/orders/list-orders.ts';
import type { UndoneBy } from '../../../ports/undone-by.ts';
import type { OrderAnswer } from '../../../services/orders/order-answer.ts';
import { momentText } from '../stock/history-view.ts';
import type { Column, Presentation, Style, StyleName } from '../../terminal/types.ts';

const FIELDS = [
  'request_id',
  'replayed',
  'state',
  'sku',
  'location',
  'quantity',
  'buyer',
  'reference',
  'pool_id',
  'remaining',
  'deadline',
];

/** What `--fields` may name. */
export const ORDER_FIELDS: readonly string[] = FIELDS;

export interface OrderViewOptions {
  readonly dryRun: boolean;
  /** Says what was done, so a wrong `--fields` is a warning. */
  readonly receipt: boolean;
}

/** One order as every command shows it (cli.md: `order place|confirm|cancel|show`). */
export function orderPresentation(
  order: OrderAnswer,
  { dryRun, receipt }: OrderViewOptions,
): Presentation {
  const document = orderDocument(order);
  return {
    document: dryRun ? { ...document, dry_run: true } : document,
    rows: [document],
    columns: Object.keys(document).map((key) => ({ key, title: key.replaceAll('_', ' ') })),
    receipt,
    human: (style) => [
      dryRun
        ? `${style.bold(order.sku)} ${triedText(order)}`
        : `${markOf(order, { style, receipt })} ${style.bold(order.sku)} ${orderText(order, receipt)}`,
      ...(dryRun ? [] : detailLines(order)).map((line) => `  ${line}`),
      style.dim(`  ${requestText(order, { dryRun, receipt })}`),
    ],
  };
}

function orderDocument(order: OrderAnswer): JsonObject {
  return {
    request_id: order.requestId,
    replayed: order.replayed,
    state: order.state,
    sku: order.sku,
    location: order.location,
    quantity: order.quantity,
    buyer: order.buyer,
    reference: order.reference,
    pool_id: order.poolId,
    remaining: order.remaining,
    deadline: order.deadline,
    ...(order.undone === undefined ? {} : { undone: undoneDocument(order.undone) }),
  };
}

function undoneDocument(undone: UndoneBy | null): JsonObject | null {
  if (undone === null) return null;
  const { requestId, postingId, movementIds, at } = undone;
  return { request_id: requestId, posting_id: postingId, movement_ids: movementIds, at };
}

function isUndone({ undone }: OrderAnswer): boolean {
  return undone !== undefined && undone !== null;
}

/** What the command was called for, and did. */
function isGivenBack({ state, replayed }: OrderAnswer, receipt: boolean): boolean {
  return receipt && state === 'cancelled' && !replayed;
}

function markOf(
  order: OrderAnswer,
  { style, receipt }: { readonly style: Style; readonly receipt: boolean },
): string {
  if (isGivenBack(order, receipt)) return style.green(style.mark.ok);
  const { state } = order;
  const isOver = state === 'cancelled' || state === 'expired' || isUndone(order);
  return isOver ? style.yellow(style.mark.warn) : style.green(style.mark.ok);
}

/** What became of a sale that is undone. */
const UNITS_ARE_BACK = 'the units are back in stock, outside of the pool';

/** Behind the SKU: `5 sold at MAIN, on the way into the books`. */
function orderText(order: OrderAnswer, receipt: boolean): string {
  const { state, quantity, location, deadline } = order;
  const units = String(quantity);
  if (isGivenBack(order, receipt)) return `${units} at ${location}: the hold is given back`;
  switch (state) {
    case 'accepted':
      return `${units} sold at ${location}; a worker books it`;
    case 'settled':
      return isUndone(order)
        ? `${units} sold at ${location}, and undone: ${UNITS_ARE_BACK}`
        : `${units} sold at ${location}, and in the books`;
    case 'held':
      return `${units} held at ${location}${deadline === null ? '' : ` until ${momentText(deadline)} UTC`}`;
    case 'cancelled':
      return `${units} at ${location}: the hold was given back, or ended when Redis was recovered`;
    case 'expired':
      return `${units} at ${location}: the hold was not confirmed in time; a worker makes its units available again`;
  }
}

/** What a dry run says of it. */
function triedText(order: OrderAnswer): string {
  const units = `${String(order.quantity)} at ${order.location}`;
  if (order.replayed) return orderText(order, true);
  return order.state === 'cancelled'
    ? `${units} would be given back`
    : `${units} could be ${order.state === 'held' ? 'held' : 'sold'} now`;
}

function detailLines({
  buyer,
  reference,
  remaining,
  state,
  requestId,
  undone = null,
}: OrderAnswer): readonly string[] {
  const facts = [
    ...(buyer === null ? [] : [`buyer ${buyer}`]),
    ...(reference === null ? [] : [`reference ${reference}`]),
    ...(remaining === null ? [] : [`${String(remaining)} left in the pool`]),
  ];
  return [
    ...(facts.length === 0 ? [] : [facts.join(', ')]),
    ...(undone === null ? [] : [undoneText(undone)]),
    ...(state === 'held' ? [`to sell it: inv order confirm ${requestId}`] : []),
  ];
}

/** `undone by request 0193…, movement 9, 2026-11-26 20:21:00 UTC` */
function undoneText({ requestId, movementIds, at }: UndoneBy): string {
  const movements = movementIds.length === 1 ? 'movement' : 'movements';
  const ids = movementIds.map(String).join(', ');
  return `undone by request ${requestId}, ${movements} ${ids}, ${momentText(at)} UTC`;
}

function requestText({ requestId, replayed }: OrderAnswer, { dryRun }: OrderViewOptions): string {
  if (dryRun) return 'dry run: nothing was asked of the pool';
  return `request ${requestId}${replayed ? ' was answered before: nothing was sold again' : ''}`;
}

/** The state as a person reads it: `undone` is a sale whose units are back in stock. */
function stateText(value: JsonValue | undefined, row: JsonObject): string {
  if (row['undone'] !== null) return 'undone';
  return typeof value === 'string' ? value : '';
}

/** Under a list that shows such sales; undefined: it shows none. */
export function undoneFooter(orders: readonly ListedOrder[]): string | undefined {
  return orders.some(({ undone }) => undone !== null)
    ? `undone: ${UNITS_ARE_BACK}; see inv order show ID`
    : undefined;
}

/** A terminal shows what fits; null = a script, which gets all of it. */
export function orderListColumns(terminalColumns: number | null): readonly Column[] {
  const isShown = (from: number): boolean => terminalColumns === null || terminalColumns >= from;
  return [
    { key: 'request_id', title: 'ORDER' },
    {
      key: 'state',
      title: 'STATE',
      format: stateText,
      style: (state, row): StyleName | undefined => STATE_STYLES[stateText(state, row)],
    },
    { key: 'sku', title: 'SKU', priority: 1 },
    { key: 'quantity', title: 'QTY', priority: 2 },
    { key: 'buyer', title: 'BUYER' },
    ...(isShown(LOCATION_FROM) ? [{ key: 'location', title: 'LOCATION' }] : []),
    ...(isShown(TIMES_FROM) ? [timeColumn('created_at', terminalColumns)] : []),
    ...(isShown(ALL_FROM)
      ? [timeColumn('deadline', terminalColumns), { key: 'reference', title: 'REFERENCE' }]
      : []),
    ...(terminalColumns === null
      ? ['pool_id', 'updated_at', 'undone'].map((key) => ({ key, title: key }))
      : []),
  ];
}

/** Terminal columns from which more of an order is shown. */
const LOCATION_FROM = 90;
const TIMES_FROM = 110;
const ALL_FROM = 140;

function timeColumn(key: string, terminalColumns: number | null): Column {
  const title = key === 'deadline' ? 'DEADLINE' : 'WHEN (UTC)';
  if (terminalColumns === null) return { key, title };
  return {
    key,
    title,
    format: (value) => (typeof value === 'string' ? momentText(value).slice(0, 16) : ''),
  };
}

const STATE_STYLES: Readonly<Record<string, StyleName>> = {
  held: 'cyan',
  settled: 'green',
  cancelled: 'dim',
  expired: 'yellow',
  undone: 'yellow',
};

export function orderRow(order: ListedOrder): JsonObject {
  return {
    request_id: order.requestId,
    state: order.state,
    sku: order.sku,
    location: order.location,
    quantity: order.quantity,
    buyer: order.buyer,
    reference: order.reference,
    pool_id: order.poolId,
    deadline: order.deadline,
    created_at: order.createdAt,
    updated_at: order.updatedAt,
    undone: undoneDocument(order.undone),
  };
}
