import { Command, Option } from 'commander';
import type { CatalogueStatus } from '../../../ports/product-store.ts';
import { locationDocument } from '../../../services/catalogue/locations.ts';
import type { Context } from '../../context.ts';
import { statusOf, STATUSES } from '../../list-options.ts';

export interface LocationListOptions {
  readonly status: CatalogueStatus | null;
}

/** `inv location list` */
export function locationListCommand(run: (options: LocationListOptions) => Promise<void>): Command {
  return new Command('list')
    .summary('list the locations')
    .description('Lists the places that hold stock.')
    .addOption(new Option('--status <status>', 'which ones').choices(STATUSES).default('active'))
    .action((flags: { readonly status: (typeof STATUSES)[number] }) =>
      run({ status: statusOf(flags.status) }),
    );
}

export async function runLocationList(
  context: Context,
  { status }: LocationListOptions,
): Promise<void> {
  const { locations } = await context.catalogue();
  const rows = (await locations.list(status)).map(locationDocument);
  await context.terminal.print({
    document: rows,
    rows,
    columns: [
      { key: 'code', title: 'CODE', priority: 2 },
      { key: 'name', title: 'NAME', priority: 1 },
      { key: 'status', title: 'STATUS' },
    ],
    empty: 'no locations',
  });
}
