import { Command, Option } from 'commander';
import { SUPPLIER_COLUMNS } from '../../../domain/parse/lines.ts';
import type { CatalogueStatus } from '../../../ports/product-store.ts';
import { supplierExportRow } from '../../../services/catalogue/export-rows.ts';
import { listSuppliers } from '../../../services/catalogue/list-suppliers.ts';
import { exportRows } from '../../composition/export-output.ts';
import type { Context } from '../../context.ts';
import { statusOf, STATUSES } from '../../list-options.ts';
import { mapRows, plainColumns } from '../../rows.ts';

export interface SupplierExportOptions {
  readonly outputPath: string | undefined;
  readonly status: CatalogueStatus | null;
}

/** `inv supplier export` */
export function supplierExportCommand(
  run: (options: SupplierExportOptions) => Promise<void>,
): Command {
  return new Command('export')
    .summary('write suppliers as a file that import reads back')
    .description('Writes suppliers as CSV (or --format), in the columns that import reads.')
    .option('--output <file>', 'write there; default: standard output')
    .addOption(new Option('--status <status>', 'which ones').choices(STATUSES).default('active'))
    .action((flags: { readonly output?: string; readonly status: (typeof STATUSES)[number] }) =>
      run({ outputPath: flags.output, status: statusOf(flags.status) }),
    );
}

export async function runSupplierExport(
  context: Context,
  { outputPath, status }: SupplierExportOptions,
): Promise<void> {
  const suppliers = listSuppliers(await context.catalogue(), {
    search: null,
    status,
    afterCode: '',
    limit: Infinity,
  });
  const rows = mapRows(suppliers, supplierExportRow);
  const count = await exportRows(
    context,
    { columns: plainColumns(SUPPLIER_COLUMNS), rows },
    outputPath,
  );
  if (outputPath !== undefined) {
    context.terminal.success(`${String(count)} suppliers written to ${outputPath}`);
  }
}
