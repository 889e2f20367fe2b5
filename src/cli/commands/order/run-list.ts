import { listOrders } from '../../../services/orders/list-orders.ts';
import type { Context } from '../../context.ts';
import type { OrderListOptions } from './list.ts';
import { personColumns } from '../stock/list-options.ts';
import { orderListColumns, orderRow, undoneFooter } from './order-view.ts';

/** What fits into memory; whoever wants more narrows it down. */
const ROWS_MAX = 100_000;

export async function runOrderList(context: Context, options: OrderListOptions): Promise<void> {
  const { sku, buyer, state, limit } = options;
  // One more than is shown tells whether there is more.
  const rowsMax = Math.min(limit ?? ROWS_MAX, ROWS_MAX);
  const asked = { sku, buyer, state, limit: rowsMax + 1 };
  const orders = await listOrders(await context.orders(), asked);
  const shown = orders.slice(0, rowsMax);
  if (orders.length > ROWS_MAX) {
    context.terminal.warn(
      `there are more than ${String(ROWS_MAX)}; narrow them down with --sku, --buyer or --state`,
    );
  }
  const rows = shown.map(orderRow);
  const more =
    orders.length > shown.length
      ? `the newest ${String(shown.length)} are shown; --limit N shows more, --limit 0 all`
      : undefined;
  const footers = [undoneFooter(shown), more].filter((line) => line !== undefined);
  await context.terminal.print({
    document: rows,
    rows,
    columns: orderListColumns(personColumns(context.terminal)),
    empty: 'no orders in the books; what was just sold is there once a worker has settled it',
    footer: footers.length === 0 ? undefined : footers.join('\n'),
  });
}
