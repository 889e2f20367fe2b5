import { Command } from 'commander';
import { parseCode } from '../../../domain/parse/code.ts';
import { parseLeadDays } from '../../../domain/parse/lead-days.ts';
import type { Parsed } from '../../../domain/parse/parsed.ts';
import { must } from '../../../domain/parse/parsed.ts';
import { parseContact, parseEmail, parseName, parsePhone } from '../../../domain/parse/text.ts';
import type { SupplierFields } from '../../../ports/supplier-store.ts';
import { editSupplier } from '../../../services/catalogue/edit-supplier.ts';
import { supplierDocument } from '../../../services/catalogue/supplier-document.ts';
import { editedPresentation } from '../../change-view.ts';
import type { Context } from '../../context.ts';
import {
  addRequestIdOption,
  given,
  givenFields,
  nothingGiven,
  parsePositive,
  requestIdOf,
} from '../../option-values.ts';
import { writing } from '../../write.ts';

/** `false` is the `--no-…` of the flag. */
interface Flags {
  readonly name?: string;
  readonly contact?: string | false;
  readonly phone?: string | false;
  readonly email?: string | false;
  readonly leadDays?: string | false;
  readonly ifVersion?: string;
  readonly requestId?: string;
}

export interface SupplierEditOptions {
  readonly code: string;
  readonly changes: Partial<SupplierFields>;
  readonly ifVersion: number | null;
  readonly requestId: string | undefined;
}

/** `inv supplier edit CODE` */
export function supplierEditCommand(run: (options: SupplierEditOptions) => Promise<void>): Command {
  const command = new Command('edit')
    .summary('change a supplier')
    .description('Changes what is given, and prints before and after.')
    .argument('<code>', 'supplier')
    .option('--name <text>', 'what people call it')
    .option('--contact <text>', 'who answers there')
    .option('--no-contact', 'forget the contact')
    .option('--phone <text>', 'telephone')
    .option('--no-phone', 'forget the telephone')
    .option('--email <text>', 'address for orders')
    .option('--no-email', 'forget the address')
    .option('--lead-days <days>', 'whole days from order to delivery')
    .option('--no-lead-days', 'forget the days')
    .option('--if-version <number>', 'only if nobody has changed it since this version');
  return addRequestIdOption(command).action((code: string, flags: Flags) =>
    run(editOptions(code, flags)),
  );
}

function editOptions(text: string, flags: Flags): SupplierEditOptions {
  const code = must(parseCode(text), 'code');
  const changes: Partial<SupplierFields> = givenFields({
    name: given(flags.name, parseName, '--name'),
    contact: clearable(flags.contact, parseContact, '--contact'),
    phone: clearable(flags.phone, parsePhone, '--phone'),
    email: clearable(flags.email, parseEmail, '--email'),
    leadDays: clearable(flags.leadDays, parseLeadDays, '--lead-days'),
  });
  if (Object.keys(changes).length === 0) {
    throw nothingGiven('inv supplier edit', [
      '--name',
      '--contact',
      '--phone',
      '--email',
      '--lead-days',
    ]);
  }
  return {
    code,
    changes,
    ifVersion: given(flags.ifVersion, parsePositive, '--if-version') ?? null,
    requestId: requestIdOf(flags),
  };
}

function clearable<T>(
  value: string | false | undefined,
  parse: (text: string) => Parsed<T>,
  name: string,
): T | null | undefined {
  return value === false ? null : given(value, parse, name);
}

export async function runSupplierEdit(
  context: Context,
  { code, changes, ifVersion, requestId }: SupplierEditOptions,
): Promise<void> {
  const dependencies = await context.catalogue();
  const written = await writing(context, requestId, (write) =>
    editSupplier(dependencies, code, { changes, ifVersion, write }),
  );
  await context.terminal.print(
    editedPresentation({ ...written, name: code, toDocument: supplierDocument }),
  );
}
