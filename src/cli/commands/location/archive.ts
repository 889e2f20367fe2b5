import { Command } from 'commander';
import { parseCode } from '../../../domain/parse/code.ts';
import { must } from '../../../domain/parse/parsed.ts';
import type { CatalogueStatus } from '../../../ports/product-store.ts';
import { locationDocument, setLocationStatus } from '../../../services/catalogue/locations.ts';
import { archivedPresentation } from '../../change-view.ts';
import type { Context } from '../../context.ts';
import { addRequestIdOption, requestIdOf } from '../../option-values.ts';
import { writing } from '../../write.ts';

export interface LocationArchiveOptions {
  readonly code: string;
  readonly status: CatalogueStatus;
  readonly requestId: string | undefined;
}

/** `inv location archive CODE` */
export function locationArchiveCommand(
  run: (options: LocationArchiveOptions) => Promise<void>,
): Command {
  const command = new Command('archive')
    .summary('take a location out of use')
    .description('Takes a location out of use. Refused while anything lies there.')
    .argument('<code>', 'location')
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

export async function runLocationArchive(
  context: Context,
  { code, status, requestId }: LocationArchiveOptions,
): Promise<void> {
  const defaultLocation = context.loaded.config.stock.location;
  const dependencies = await context.catalogue();
  const written = await writing(context, requestId, (write) =>
    setLocationStatus(dependencies, code, { status, defaultLocation, write }),
  );
  await context.terminal.print(
    archivedPresentation({ ...written, name: code, toDocument: locationDocument }),
  );
}
