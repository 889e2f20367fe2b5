import { Command } from 'commander';
import { showProduct } from '../../../services/catalogue/show-product.ts';
import type { Context } from '../../context.ts';
import { productText } from '../../option-values.ts';
import { detailsPresentation } from './product-view.ts';

export interface ProductShowOptions {
  /** A SKU or a barcode. */
  readonly product: string;
}

/** `inv product show SKU` */
export function productShowCommand(run: (options: ProductShowOptions) => Promise<void>): Command {
  return new Command('show')
    .summary('one product: details, suppliers, stock')
    .description('Shows one product: its details, who sells it, and where it lies.')
    .argument('<sku>', 'product, by SKU or barcode')
    .action((sku: string) => run({ product: productText(sku) }));
}

export async function runProductShow(
  context: Context,
  { product }: ProductShowOptions,
): Promise<void> {
  const details = await showProduct(await context.catalogue(), product);
  await context.terminal.print(detailsPresentation(details));
}
