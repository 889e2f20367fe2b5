import { adjustStock } from '../../../services/stock/adjust-stock.ts';
import type { StockRequest, StockRequestLine } from '../../../services/stock/post-stock.ts';
import type { Presentation } from '../../terminal/types.ts';
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
  const { requestId } = request;
  const strategy = options.strategy ?? context.loaded.config.stock.strategy;
  await bookAndPrint(
    context,
    requestId,
    async () => {
      const dependencies = await context.stock(options.strategy);
      return () => adjustStock(dependencies, request, { dryRun });
    },
    () => unchangedPresentation(options, { requestId, location, strategy }),
  );
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

/** The same document as a posting has, without a posting: nothing had to be booked. */
function unchangedPresentation(
  { product, adjustment }: StockAdjustOptions,
  facts: { readonly requestId: string; readonly location: string; readonly strategy: string },
): Presentation {
  const level = 'to' in adjustment ? String(adjustment.to) : '';
  return {
    document: {
      request_id: facts.requestId,
      replayed: false,
      kind: 'adjust',
      strategy: facts.strategy,
      posting_id: null,
      movements: [],
    },
    rows: [],
    human: (style) => [
      `${style.green(style.mark.ok)} ${style.bold(product)}: ${level} on hand at ` +
        `${facts.location}, as counted: nothing to book`,
    ],
  };
}
