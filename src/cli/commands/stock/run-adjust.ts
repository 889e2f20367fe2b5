import { postStock } from '../../../services/stock/post-stock.ts';
import type { StockRequest, StockRequestLine } from '../../../services/stock/post-stock.ts';
import type { Context } from '../../context.ts';
import type { StockAdjustOptions } from './adjust.ts';
import { bookAndPrint } from './book-and-print.ts';

export async function runStockAdjust(context: Context, options: StockAdjustOptions): Promise<void> {
  const { dryRun } = context.globals;
  const location = options.location ?? context.loaded.config.stock.location;
  const request: StockRequest = {
    requestId: options.requestId ?? context.newRequestId(),
    kind: 'adjust',
    lines: [requestLine(options, location)],
    reason: options.reason ?? null,
    reference: options.reference ?? null,
    supplier: null,
    occurredAt: options.occurredAt ?? null,
  };
  await bookAndPrint(context, request.requestId, async () => {
    const dependencies = await context.stock(options.strategy);
    return () => postStock(dependencies, request, { dryRun });
  });
}

function requestLine(
  { product, adjustment }: StockAdjustOptions,
  location: string,
): StockRequestLine {
  const line = { product, location, unitCost: null };
  return 'to' in adjustment
    ? { ...line, quantity: 0, countedLevel: adjustment.to }
    : { ...line, quantity: adjustment.by };
}
