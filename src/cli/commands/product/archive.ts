import { Command } from 'commander';
import type { CatalogueStatus } from '../../../ports/product-store.ts';
import { setProductStatus } from '../../../services/catalogue/archive-product.ts';
import { productDocument } from '../../../services/catalogue/product-document.ts';
import { archivedPresentation } from '../../change-view.ts';
import type { Context } from '../../context.ts';
import { addRequestIdOption, productText, requestIdOf } from '../../option-values.ts';
import { writing } from '../../write.ts';

export interface ProductArchiveOptions {
  /** A SKU or a barcode. */
  readonly product: string;
  readonly status: CatalogueStatus;
  readonly requestId: string | undefined;
}

/** `inv product archive SKU` */
export function productArchiveCommand(
  run: (options: ProductArchiveOptions) => Promise<void>,
): Command {
  const command = new Command('archive')
    .summary('take a product out of use')
    .description(
      'Takes a product out of use: nothing moves in or out of it any more, and it stays in the ' +
        'ledger. Refused while any of it is on hand or reserved.',
    )
    .argument('<sku>', 'product, by SKU or barcode')
    .option('--undo', 'take it back into use');
  return addRequestIdOption(command).action(
    (sku: string, flags: { readonly undo?: true; readonly requestId?: string }) =>
      run({
        product: productText(sku),
        status: flags.undo === true ? 'active' : 'archived',
        requestId: requestIdOf(flags),
      }),
  );
}

export async function runProductArchive(
  context: Context,
  { product, status, requestId }: ProductArchiveOptions,
): Promise<void> {
  const dependencies = await context.catalogue();
  const written = await writing(context, requestId, (write) =>
    setProductStatus(dependencies, product, { status, write }),
  );
  const name = written.value.item.sku;
  await context.terminal.print(
    archivedPresentation({ ...written, name, toDocument: productDocument }),
  );
}
