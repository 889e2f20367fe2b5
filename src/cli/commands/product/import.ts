import { Command } from 'commander';
import { PRODUCT_COLUMNS } from '../../../domain/parse/lines.ts';
import { importProducts } from '../../../services/catalogue/import-products.ts';
import type { Context } from '../../context.ts';
import { addImportOptions, runImport } from '../../import-command.ts';
import type { ImportOptions } from '../../import-command.ts';

/** `inv product import FILE` */
export function productImportCommand(run: (options: ImportOptions) => Promise<void>): Command {
  const command = new Command('import')
    .summary('create and update products from a file')
    .description(
      'Creates and updates products from a file. The first line of a SKU counts; an empty cell ' +
        'leaves a field as it is; running the same file again writes nothing.',
    );
  return addImportOptions(command, { columns: PRODUCT_COLUMNS, run });
}

export async function runProductImport(context: Context, options: ImportOptions): Promise<void> {
  const { location } = context.loaded.config.stock;
  await runImport(context, options, {
    noun: 'products',
    knownColumns: PRODUCT_COLUMNS,
    requiredColumns: ['sku', 'name'],
    run: (dependencies, importOptions) =>
      importProducts(dependencies, { ...importOptions, location }),
  });
}
