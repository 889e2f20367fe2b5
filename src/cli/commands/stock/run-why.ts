import { explainStock } from '../../../services/stock/explain-stock.ts';
import type { Context } from '../../context.ts';
import { openPools } from '../pool/open-pools.ts';
import { whyPresentation } from './why-view.ts';
import type { StockWhyOptions } from './why.ts';

/** Holds that are named one by one; their sum is that of the pools. */
const HOLDS_MAX = 20;

export async function runStockWhy(context: Context, { product }: StockWhyOptions): Promise<void> {
  const readers = await context.readers();
  const explained = await explainStock(readers, product);
  const { id: productId, sku } = explained.product;
  const pools = await openPools(context, productId);
  const holds = await readers.heldOrders(sku, HOLDS_MAX);
  const lastRun = await readers.lastRun({ productId, sku });
  await context.terminal.print(
    whyPresentation(explained, { pools, holds, lastRun, nowMs: context.clock.now() }),
  );
}
