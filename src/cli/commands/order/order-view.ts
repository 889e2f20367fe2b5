import type { JsonObject } from '../../../lib/json.ts';
import type { ListedOrder } from '../../../services/orders/list-orders.ts';
import type { OrderAnswer } from '../../../services/orders/order-answer.ts';
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
    columns: FIELDS.map((key) => ({ key, title: key.replaceAll('_', ' ') })),
    receipt,
    human: (style) => [
      `${markOf(order, style)} ${style.bold(order.sku)} ${orderText(order)}`,
      ...detailLines(order).map((line) => `  ${line}`),
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
  };
}

function markOf({ state }: OrderAnswer, style: Style): string {
  const isOver = state === 'cancelled' || state === 'expired';
  return isOver ? style.yellow(style.mark.warn) : style.green(style.mark.ok);
}

/** Behind the SKU: `5 sold at MAIN, on the way into the books`. */
function orderText({ state, quantity, location, deadline }: OrderAnswer): string {
  const units = String(quantity);
  switch (state) {
    case 'accepted':
      return `${units} sold at ${location}; a worker books it`;
    case 'settled':
      return `${units} sold at ${location}, and in the books`;
    case 'held':
      return `${units} held at ${location}${deadline === null ? '' : ` until ${deadline}`}`;
    case 'cancelled':
      return `${units} at ${location}: the hold was given back`;
    case 'expired':
      return `${units} at ${location}: the hold was not confirmed in time, the units are for sale again`;
  }
}

function detailLines({
  buyer,
  reference,
  remaining,
  state,
  requestId,
}: OrderAnswer): readonly string[] {
  const facts = [
    ...(buyer === null ? [] : [`buyer ${buyer}`]),
    ...(reference === null ? [] : [`reference ${reference}`]),
    ...(remaining === null ? [] : [`${String(remaining)} left in the pool`]),
  ];
  return [
    ...(facts.length === 0 ? [] : [facts.join(', ')]),
    ...(state === 'held' ? [`to sell it: inv order confirm ${requestId}`] : []),
  ];
}

function requestText({ requestId, replayed }: OrderAnswer, { dryRun }: OrderViewOptions): string {
  if (dryRun) return 'dry run: nothing was asked of the pool';
  return `request ${requestId}${replayed ? ' was answered before: nothing was sold again' : ''}`;
}

export const ORDER_LIST_COLUMNS: readonly Column[] = [
  { key: 'request_id', title: 'ORDER', priority: 1 },
  {
    key: 'state',
    title: 'STATE',
    style: (state): StyleName | undefined =>
      typeof state === 'string' ? STATE_STYLES[state] : undefined,
  },
  { key: 'sku', title: 'SKU', priority: 2 },
  { key: 'location', title: 'LOCATION' },
  { key: 'quantity', title: 'QTY', priority: 2 },
  { key: 'buyer', title: 'BUYER' },
  { key: 'reference', title: 'REFERENCE' },
  { key: 'pool_id', title: 'POOL' },
  { key: 'deadline', title: 'DEADLINE' },
  { key: 'created_at', title: 'CREATED' },
  { key: 'updated_at', title: 'UPDATED' },
];

const STATE_STYLES: Readonly<Record<string, StyleName>> = {
  held: 'cyan',
  settled: 'green',
  cancelled: 'dim',
  expired: 'yellow',
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
  };
}
