import { Command } from 'commander';
import { parseCode } from '../../../domain/parse/code.ts';
import { must } from '../../../domain/parse/parsed.ts';
import { findSupplier } from '../../../services/catalogue/find.ts';
import { supplierDocument } from '../../../services/catalogue/supplier-document.ts';
import type { Context } from '../../context.ts';

export interface SupplierShowOptions {
  readonly code: string;
}

/** `inv supplier show CODE` */
export function supplierShowCommand(run: (options: SupplierShowOptions) => Promise<void>): Command {
  return new Command('show')
    .summary('one supplier')
    .description('Shows one supplier, and how many products it sells.')
    .argument('<code>', 'supplier')
    .action((code: string) => run({ code: must(parseCode(code), 'code') }));
}

export async function runSupplierShow(
  context: Context,
  { code }: SupplierShowOptions,
): Promise<void> {
  const dependencies = await context.catalogue();
  const supplier = await findSupplier(dependencies, code);
  const products = await dependencies.suppliers.productCount(supplier.id);
  const { actor, requestId } = supplier;
  await context.terminal.print({
    document: {
      ...supplierDocument(supplier),
      updated_by: actor,
      request_id: requestId,
      products,
    },
  });
}
