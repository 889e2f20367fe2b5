import { listStock } from '../../../services/stock/list-stock.ts';
import type { Context } from '../../context.ts';
import { PAGE_ROWS } from './list-options.ts';
import { stockListStream } from './list-view.ts';
import type { StockListOptions } from './list.ts';

export async function runStockList(context: Context, options: StockListOptions): Promise<void> {
  const { location, search, availableBelow, after } = options;
  // A person gets a page; a pipe gets all of it.
  const { format, stdout } = context.terminal;
  const preset = format === 'table' && stdout.isTty ? PAGE_ROWS : null;
  const limit = options.limit === undefined ? preset : options.limit;
  const rows = await listStock(await context.readers(), {
    location,
    search,
    availableBelow,
    // Nothing is fewer than any number, so what is asked for below one is shown without --all.
    includesZero: options.all || availableBelow !== null,
    after,
    // One more than is shown tells whether there is more.
    limit: limit === null ? null : limit + 1,
  });
  await context.terminal.printStream(stockListStream(rows, { limit }));
}
