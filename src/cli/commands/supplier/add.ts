import { Command } from 'commander';
import { parseCode } from '../../../domain/parse/code.ts';
import { parseLeadDays } from '../../../domain/parse/lead-days.ts';
import { must } from '../../../domain/parse/parsed.ts';
import { parseContact, parseEmail, parseName, parsePhone } from '../../../domain/parse/text.ts';
import type { NewSupplier } from '../../../ports/supplier-store.ts';
import { addSupplier } from '../../../services/catalogue/add-supplier.ts';
import type { Context } from '../../context.ts';
import { addRequestIdOption, given, requestIdOf } from '../../option-values.ts';
import { writing } from '../../write.ts';
import { supplierAddedPresentation } from './supplier-view.ts';

interface Flags {
  readonly name: string;
  readonly contact?: string;
  readonly phone?: string;
  readonly email?: string;
  readonly leadDays?: string;
  readonly requestId?: string;
}

export interface SupplierAddOptions extends NewSupplier {
  readonly requestId: string | undefined;
}

/** `inv supplier add CODE --name NAME` */
export function supplierAddCommand(run: (options: SupplierAddOptions) => Promise<void>): Command {
  const command = new Command('add')
    .summary('create a supplier')
    .description('Creates a supplier: who goods are bought from.')
    .argument('<code>', 'A-Z 0-9 . _ : / -, at most 64; written in capitals')
    .requiredOption('--name <text>', 'what people call it')
    .option('--contact <text>', 'who answers there')
    .option('--phone <text>', 'telephone')
    .option('--email <text>', 'address for orders')
    .option('--lead-days <days>', 'whole days from order to delivery');
  return addRequestIdOption(command).action((code: string, flags: Flags) =>
    run({
      code: must(parseCode(code), 'code'),
      name: must(parseName(flags.name), '--name'),
      contact: given(flags.contact, parseContact, '--contact') ?? null,
      phone: given(flags.phone, parsePhone, '--phone') ?? null,
      email: given(flags.email, parseEmail, '--email') ?? null,
      leadDays: given(flags.leadDays, parseLeadDays, '--lead-days') ?? null,
      requestId: requestIdOf(flags),
    }),
  );
}

export async function runSupplierAdd(
  context: Context,
  { requestId, ...supplier }: SupplierAddOptions,
): Promise<void> {
  const dependencies = await context.catalogue();
  const added = await writing(context, requestId, (write) =>
    addSupplier(dependencies, supplier, write),
  );
  await context.terminal.print(supplierAddedPresentation(added.value, added));
}
