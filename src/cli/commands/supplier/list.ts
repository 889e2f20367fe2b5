import { Command, Option } from 'commander';
import { parseCode } from '../../../domain/parse/code.ts';
import type { CatalogueStatus } from '../../../ports/product-store.ts';
import { listSuppliers } from '../../../services/catalogue/list-suppliers.ts';
import { supplierDocument } from '../../../services/catalogue/supplier-document.ts';
import type { Context } from '../../context.ts';
import { listLimit, moreHint, parseSearch, statusOf, STATUSES } from '../../list-options.ts';
import { given, parsePositive } from '../../option-values.ts';
import { mapRows } from '../../rows.ts';
import { SUPPLIER_LIST_COLUMNS } from './supplier-view.ts';

interface Flags {
  readonly search?: string;
  readonly status: (typeof STATUSES)[number];
  readonly limit?: string;
  readonly after?: string;
}

export interface SupplierListOptions {
  readonly search: string | null;
  readonly status: CatalogueStatus | null;
  readonly limit: number | undefined;
  readonly after: string;
}

/** `inv supplier list` */
export function supplierListCommand(run: (options: SupplierListOptions) => Promise<void>): Command {
  return new Command('list')
    .summary('list and search suppliers')
    .description('Lists suppliers by code: a page on a terminal, all of them in a pipe.')
    .option('--search <text>', 'found in code, name, contact, phone or email')
    .addOption(new Option('--status <status>', 'which ones').choices(STATUSES).default('active'))
    .option('--limit <count>', 'at most so many; default on a terminal: 50')
    .option('--after <code>', 'the page after this code')
    .action((flags: Flags) =>
      run({
        search: given(flags.search, parseSearch, '--search') ?? null,
        status: statusOf(flags.status),
        limit: given(flags.limit, parsePositive, '--limit'),
        after: given(flags.after, parseCode, '--after') ?? '',
      }),
    );
}

export async function runSupplierList(
  context: Context,
  { search, status, limit, after }: SupplierListOptions,
): Promise<void> {
  const { terminal } = context;
  const shownMax = listLimit(terminal, limit);
  let lastCode = '';
  const suppliers = listSuppliers(await context.catalogue(), {
    search,
    status,
    afterCode: after,
    limit: shownMax,
  });
  await terminal.printStream({
    columns: SUPPLIER_LIST_COLUMNS,
    rows: mapRows(suppliers, (supplier) => {
      lastCode = supplier.code;
      return supplierDocument(supplier);
    }),
    empty: search === null ? 'no suppliers' : 'no supplier matches',
    footer: (count) =>
      count < shownMax ? undefined : moreHint(count, `inv supplier list --after ${lastCode}`),
  });
}
