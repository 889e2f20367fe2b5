import { Command, Option } from 'commander';
import { parseCode } from '../../../domain/parse/code.ts';
import { PRODUCT_COLUMNS } from '../../../domain/parse/lines.ts';
import type { CatalogueStatus } from '../../../ports/product-store.ts';
import { productExportRow } from '../../../services/catalogue/export-rows.ts';
import { listProducts } from '../../../services/catalogue/list-products.ts';
import { exportRows } from '../../composition/export-output.ts';
import type { Context } from '../../context.ts';
import { statusOf, STATUSES } from '../../list-options.ts';
import { given } from '../../option-values.ts';
import { mapRows, plainColumns } from '../../rows.ts';

interface Flags {
  readonly output?: string;
  readonly status: (typeof STATUSES)[number];
  readonly supplier?: string;
}

export interface ProductExportOptions {
  readonly outputPath: string | undefined;
  readonly status: CatalogueStatus | null;
  readonly supplier: string | null;
}

/** `inv product export` */
export function productExportCommand(
  run: (options: ProductExportOptions) => Promise<void>,
): Command {
  return new Command('export')
    .summary('write products as a file that import reads back')
    .description('Writes products as CSV (or --format), in the columns that import reads.')
    .option('--output <file>', 'write there; default: standard output')
    .addOption(new Option('--status <status>', 'which ones').choices(STATUSES).default('active'))
    .option('--supplier <code>', 'only what this supplier sells')
    .action((flags: Flags) =>
      run({
        outputPath: flags.output,
        status: statusOf(flags.status),
        supplier: given(flags.supplier, parseCode, '--supplier') ?? null,
      }),
    );
}

export async function runProductExport(
  context: Context,
  { outputPath, status, supplier }: ProductExportOptions,
): Promise<void> {
  const products = listProducts(await context.catalogue(), {
    search: null,
    status,
    supplier,
    afterSku: '',
    limit: Infinity,
  });
  const rows = mapRows(products, productExportRow);
  const count = await exportRows(
    context,
    { columns: plainColumns(PRODUCT_COLUMNS), rows },
    outputPath,
  );
  if (outputPath !== undefined) {
    context.terminal.success(`${String(count)} products written to ${outputPath}`);
  }
}
