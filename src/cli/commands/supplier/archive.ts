import { Command } from 'commander';
import { parseCode } from '../../../domain/parse/code.ts';
import { must } from '../../../domain/parse/parsed.ts';
import type { JsonObject } from '../../../lib/json.ts';
import type { CatalogueStatus } from '../../../ports/product-store.ts';
import type { Supplier } from '../../../ports/supplier-store.ts';
import { setSupplierStatus } from '../../../services/catalogue/edit-supplier.ts';
import { supplierDocument } from '../../../services/catalogue/supplier-document.ts';
import { archivedPresentation } from '../../change-view.ts';
import type { Context } from '../../context.ts';
import { addRequestIdOption, requestIdOf } from '../../option-values.ts';
import { writing } from '../../write.ts';

export interface SupplierArchiveOptions {
  readonly code: string;
  readonly status: CatalogueStatus;
  readonly requestId: string | undefined;
}

/** `inv supplier archive CODE` */
export function supplierArchiveCommand(
  run: (options: SupplierArchiveOptions) => Promise<void>,
): Command {
  const command = new Command('archive')
    .summary('take a supplier out of use')
    .description('Takes a supplier out of use; what was bought there stays in the ledger.')
    .argument('<code>', 'supplier')
    .option('--undo', 'take it back into use');
  return addRequestIdOption(command).action(
    (code: string, flags: { readonly undo?: true; readonly requestId?: string }) =>
      run({
        code: must(parseCode(code), 'code'),
        status: flags.undo === true ? 'active' : 'archived',
        requestId: requestIdOf(flags),
      }),
  );
}

export async function runSupplierArchive(
  context: Context,
  { code, status, requestId }: SupplierArchiveOptions,
): Promise<void> {
  const dependencies = await context.catalogue();
  const written = await writing(context, requestId, (write) =>
    setSupplierStatus(dependencies, code, { status, write }),
  );
  const { item } = written.value;
  const preferring =
    status === 'archived' ? await dependencies.suppliers.preferringCount(item.id) : 0;
  const toDocument = (supplier: Supplier): JsonObject => ({
    ...supplierDocument(supplier),
    ...(status === 'archived' ? { products_preferring: preferring } : {}),
  });
  if (preferring > 0) {
    const products =
      preferring === 1 ? '1 product prefers' : `${String(preferring)} products prefer`;
    context.terminal.warn(
      `${products} this supplier still; to see them: inv product list --supplier ${item.code}`,
    );
  }
  await context.terminal.print(archivedPresentation({ ...written, name: code, toDocument }));
}
