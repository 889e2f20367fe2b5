import { listOrders } from '../../../services/orders/list-orders.ts';
import type { Context } from '../../context.ts';
import type { OrderListOptions } from './list.ts';
import { ORDER_LIST_COLUMNS, orderRow } from './order-view.ts';

/** More than anybody reads; asked for with --limit 0. */
const ROWS_MAX = 1_000_000;

export async function runOrderList(context: Context, options: OrderListOptions): Promise<void> {
  const { sku, buyer, state, limit } = options;
  // One more than is shown tells whether there is more.
  const asked = { sku, buyer, state, limit: limit === null ? ROWS_MAX : limit + 1 };
  const orders = await listOrders(await context.orders(), asked);
  const shown = limit === null ? orders : orders.slice(0, limit);
  const rows = shown.map(orderRow);
  await context.terminal.print({
    document: rows,
    rows,
    columns: ORDER_LIST_COLUMNS,
    empty: 'no orders in the books; what was just sold is there once a worker has settled it',
    footer:
      orders.length > shown.length
        ? `the newest ${String(shown.length)} are shown; --limit N shows more, --limit 0 all`
        : undefined,
  });
}
