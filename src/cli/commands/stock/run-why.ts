import { explainStock } from '../../../services/stock/explain-stock.ts';
import type { Context } from '../../context.ts';
import { whyPresentation } from './why-view.ts';
import type { StockWhyOptions } from './why.ts';

export async function runStockWhy(context: Context, { product }: StockWhyOptions): Promise<void> {
  await context.terminal.print(
    whyPresentation(await explainStock(await context.readers(), product)),
  );
}
