import type { Movement } from '../../../domain/posting.ts';
import type { Catalogue } from '../../../ports/catalogue.ts';
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
  const [movement] = posted.posting.movements;
  if (movement !== undefined) await notePack(context, dependencies.catalogue, product, movement);
}

/** The quantity counts base units, also when a pack was scanned: say so, where it may surprise. */
async function notePack(
  { terminal }: Context,
  catalogue: Catalogue,
  product: string,
  { sku, quantity }: Movement,
): Promise<void> {
  if (product.trim().toUpperCase() === sku) return;
  const units = (await catalogue.findProducts([product])).get(product)?.unitsPerScan ?? 1;
  if (units === 1) return;
  terminal.warn(
    `${product} is a pack of ${String(units)}; the quantity counts base units, ` +
      `so ${String(Math.abs(quantity))} of ${sku} moved, not ${String(Math.abs(quantity))} packs`,
  );
}
