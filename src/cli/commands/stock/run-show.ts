import { showStock } from '../../../services/stock/show-stock.ts';
import type { Context } from '../../context.ts';
import { showPresentation } from './show-view.ts';
import type { StockShowOptions } from './show.ts';

export async function runStockShow(context: Context, options: StockShowOptions): Promise<void> {
  const asOf = options.asOf ?? null;
  const shown = await showStock(await context.readers(), { product: options.product, asOf });
  await context.terminal.print(showPresentation(shown, { all: options.all, asOf }));
}
