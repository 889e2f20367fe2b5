import { InvError } from '../../../lib/errors.ts';
import { postStock } from '../../../services/stock/post-stock.ts';
import type { StockRequest } from '../../../services/stock/post-stock.ts';
import type { Context } from '../../context.ts';
import type { StockMoveBetweenOptions } from './move.ts';
import { bookAndPrint } from './book-and-print.ts';

export async function runStockMoveBetween(
  context: Context,
  options: StockMoveBetweenOptions,
): Promise<void> {
  const { dryRun } = context.globals;
  const { product, quantity, to } = options;
  const from = options.from ?? context.loaded.config.stock.location;
  if (from === to) {
    throw new InvError('INVALID_INPUT', `--from and --to are both ${to}: nothing would move`, {
      hint: `inv stock show ${product}`,
      facts: { field: '--to' },
    });
  }
  const request: StockRequest = {
    requestId: options.requestId ?? context.newRequestId(),
    kind: 'move',
    lines: [
      { product, location: from, quantity: -quantity, unitCost: null },
      { product, location: to, quantity, unitCost: null },
    ],
    reason: options.reason ?? null,
    reference: options.reference ?? null,
    supplier: null,
    occurredAt: null,
  };
  await bookAndPrint(context, request.requestId, async () => {
    const dependencies = await context.stock(options.strategy);
    return () => postStock(dependencies, request, { dryRun });
  });
}
