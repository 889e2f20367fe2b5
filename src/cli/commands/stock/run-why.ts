import { explainStock } from '../../../services/stock/explain-stock.ts';
import type { Context } from '../../context.ts';
import { openPools } from '../pool/open-pools.ts';
import { whyPresentation } from './why-view.ts';
import type { StockWhyOptions } from './why.ts';

export async function runStockWhy(context: Context, { product }: StockWhyOptions): Promise<void> {
  const explained = await explainStock(await context.readers(), product);
  const pools = await openPools(context, explained.product.id);
  await context.terminal.print(whyPresentation(explained, pools));
}
