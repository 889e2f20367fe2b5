import { Command } from 'commander';
import { SUPPLIER_COLUMNS } from '../../../domain/parse/lines.ts';
import { importSuppliers } from '../../../services/catalogue/import-suppliers.ts';
import type { Context } from '../../context.ts';
import { addImportOptions, runImport } from '../../import-command.ts';
import type { ImportOptions } from '../../import-command.ts';

/** `inv supplier import FILE` */
export function supplierImportCommand(run: (options: ImportOptions) => Promise<void>): Command {
  const command = new Command('import')
    .summary('create and update suppliers from a file')
    .description(
      'Creates and updates suppliers from a file. The first line of a code counts; an empty cell ' +
        'leaves a field as it is; running the same file again writes nothing.',
    );
  return addImportOptions(command, { columns: SUPPLIER_COLUMNS, run });
}

export async function runSupplierImport(context: Context, options: ImportOptions): Promise<void> {
  await runImport(context, options, {
    noun: 'suppliers',
    knownColumns: SUPPLIER_COLUMNS,
    requiredColumns: ['code', 'name'],
    run: importSuppliers,
  });
}
