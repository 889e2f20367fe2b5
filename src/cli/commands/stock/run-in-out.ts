import type { StockRequest } from '../../../services/stock/post-stock.ts';
import { postStock } from '../../../services/stock/post-stock.ts';
import type { Context } from '../../context.ts';
import { askProduct, askQuantity } from './ask.ts';
import { postingPresentation } from './posting-view.ts';
import type { StockMoveOptions } from './posting-options.ts';

export async function runStockMove(context: Context, options: StockMoveOptions): Promise<void> {
  const product = options.product ?? (await askProduct(context, options.direction));
  const quantity = options.quantity ?? (await askQuantity(context, options.direction));
  const { config } = context.loaded;
  const request: StockRequest = {
    requestId: options.requestId ?? context.newRequestId(),
    kind: options.direction,
    lines: [
      {
        product,
        location: options.location ?? config.stock.location,
        quantity: options.direction === 'in' ? quantity : -quantity,
        unitCost: options.unitCost ?? null,
      },
    ],
    reason: options.reason ?? null,
    reference: options.reference ?? null,
    supplier: options.supplier ?? null,
    occurredAt: null,
  };
  const dependencies = await context.stock(options.strategy);
  context.writing(request.requestId);
  const posted = await postStock(dependencies, request, { dryRun: context.globals.dryRun });
  context.writing(null);
  await context.terminal.print(postingPresentation(posted, { dryRun: context.globals.dryRun }));
}
