import { Command } from 'commander';
import { parseMoney } from '../../../domain/parse/money.ts';
import { parseLevel } from '../../../domain/parse/quantity.ts';
import { parseName, parseUnit } from '../../../domain/parse/text.ts';
import type { ProductFields } from '../../../ports/product-store.ts';
import { editProduct } from '../../../services/catalogue/edit-product.ts';
import { productDocument } from '../../../services/catalogue/product-document.ts';
import { editedPresentation } from '../../change-view.ts';
import type { Context } from '../../context.ts';
import {
  addRequestIdOption,
  given,
  givenFields,
  nothingGiven,
  parsePositive,
  productText,
  requestIdOf,
} from '../../option-values.ts';
import { writing } from '../../write.ts';

interface Flags {
  readonly name?: string;
  readonly unit?: string;
  readonly minLevel?: string;
  readonly safetyStock?: string;
  /** false = --no-cost */
  readonly cost?: string | false;
  readonly ifVersion?: string;
  readonly requestId?: string;
}

export interface ProductEditOptions {
  /** A SKU or a barcode. */
  readonly product: string;
  readonly changes: Partial<ProductFields>;
  readonly ifVersion: number | null;
  readonly requestId: string | undefined;
}

/** `inv product edit SKU` */
export function productEditCommand(run: (options: ProductEditOptions) => Promise<void>): Command {
  const command = new Command('edit')
    .summary('change a product')
    .description('Changes what is given, and prints before and after.')
    .argument('<sku>', 'product, by SKU or barcode')
    .option('--name <text>', 'what people call it')
    .option('--unit <text>', 'what one of it is')
    .option('--min-level <units>', 'reorder when available falls below')
    .option(
      '--safety-stock <units>',
      'units kept from sales from pools; goods leaving by stock out may take them',
    )
    .option('--cost <money>', 'cost of one base unit, such as 1.25')
    .option('--no-cost', 'forget the cost')
    .option('--if-version <number>', 'only if nobody has changed it since this version');
  return addRequestIdOption(command).action((sku: string, flags: Flags) =>
    run(editOptions(sku, flags)),
  );
}

function editOptions(sku: string, flags: Flags): ProductEditOptions {
  const product = productText(sku);
  const changes: Partial<ProductFields> = givenFields({
    name: given(flags.name, parseName, '--name'),
    unit: given(flags.unit, parseUnit, '--unit'),
    minLevel: given(flags.minLevel, parseLevel, '--min-level'),
    safetyStock: given(flags.safetyStock, parseLevel, '--safety-stock'),
    cost: flags.cost === false ? null : given(flags.cost, parseMoney, '--cost'),
  });
  if (Object.keys(changes).length === 0) {
    throw nothingGiven('inv product edit', [
      '--name',
      '--unit',
      '--min-level',
      '--safety-stock',
      '--cost',
      '--no-cost',
    ]);
  }
  return {
    product,
    changes,
    ifVersion: given(flags.ifVersion, parsePositive, '--if-version') ?? null,
    requestId: requestIdOf(flags),
  };
}

export async function runProductEdit(
  context: Context,
  { product, changes, ifVersion, requestId }: ProductEditOptions,
): Promise<void> {
  const dependencies = await context.catalogue();
  const written = await writing(context, requestId, (write) =>
    editProduct(dependencies, product, { changes, ifVersion, write }),
  );
  const name = written.value.after.sku;
  await context.terminal.print(
    editedPresentation({ ...written, name, toDocument: productDocument }),
  );
}
