import type { Movement } from '../../../domain/posting.ts';
import type { StockRequest } from '../../../services/stock/post-stock.ts';
import { postStock } from '../../../services/stock/post-stock.ts';
import type { Context } from '../../context.ts';
import { askProduct, askQuantity } from './ask.ts';
import { bookAndPrint } from './book-and-print.ts';
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
    occurredAt: options.occurredAt ?? null,
  };
  const { posting } = await bookAndPrint(context, request.requestId, async () => {
    const dependencies = await context.stock(options.strategy);
    const { dryRun } = context.globals;
    const isFresh = options.requestId === undefined;
    return () => postStock(dependencies, request, { dryRun, isFresh });
  });
  const [movement] = posting.movements;
  if (movement !== undefined) await notePack(context, product, movement);
  if (options.supplier !== undefined) await noteArchived(context, options.supplier);
}

/** Goods ordered before may arrive after: they are booked, and somebody may want to know. */
async function noteArchived(context: Context, code: string): Promise<void> {
  const { suppliers } = await context.catalogue();
  const supplier = await suppliers.find(code);
  if (supplier?.status === 'archived') {
    context.terminal.warn(`supplier ${code} is archived; the goods are booked all the same`);
  }
}

/** The quantity counts base units, also when a pack was scanned: say so, where it may surprise. */
async function notePack(
  context: Context,
  product: string,
  { sku, quantity }: Pick<Movement, 'sku' | 'quantity'>,
): Promise<void> {
  if (product.trim().toUpperCase() === sku) return;
  const { catalogue } = await context.stock();
  const units = (await catalogue.findProducts([product])).get(product)?.unitsPerScan ?? 1;
  if (units === 1) return;
  context.terminal.warn(
    `${product} is a pack of ${String(units)}; the quantity counts base units, ` +
      `so ${String(Math.abs(quantity))} of ${sku} moved, not ${String(Math.abs(quantity))} packs`,
  );
}
