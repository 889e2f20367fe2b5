import { showStock } from '../../../services/stock/show-stock.ts';
import type { Context } from '../../context.ts';
import { openPools } from '../pool/open-pools.ts';
import { showPresentation } from './show-view.ts';
import type { StockShowOptions } from './show.ts';

export async function runStockShow(context: Context, options: StockShowOptions): Promise<void> {
  const asOf = options.asOf ?? null;
  const shown = await showStock(await context.readers(), { product: options.product, asOf });
  // What pools had in the past is not recorded.
  const pools = asOf === null ? await openPools(context, shown.product.id) : [];
  await context.terminal.print(showPresentation(shown, { all: options.all, asOf, pools }));
}
