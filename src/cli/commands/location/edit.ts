import { Command } from 'commander';
import { parseCode } from '../../../domain/parse/code.ts';
import { must } from '../../../domain/parse/parsed.ts';
import { parseName } from '../../../domain/parse/text.ts';
import { locationDocument, renameLocation } from '../../../services/catalogue/locations.ts';
import { editedPresentation } from '../../change-view.ts';
import type { Context } from '../../context.ts';
import {
  addRequestIdOption,
  given,
  nothingGiven,
  parsePositive,
  requestIdOf,
} from '../../option-values.ts';
import { writing } from '../../write.ts';

interface Flags {
  readonly name?: string;
  readonly ifVersion?: string;
  readonly requestId?: string;
}

export interface LocationEditOptions {
  readonly code: string;
  readonly name: string;
  readonly ifVersion: number | null;
  readonly requestId: string | undefined;
}

/** `inv location edit CODE --name NAME` */
export function locationEditCommand(run: (options: LocationEditOptions) => Promise<void>): Command {
  const command = new Command('edit')
    .summary('rename a location')
    .description('Changes the name of a location; its code stays.')
    .argument('<code>', 'location')
    .option('--name <text>', 'what people call it')
    .option('--if-version <number>', 'only if nobody has changed it since this version');
  return addRequestIdOption(command).action((text: string, flags: Flags) => {
    const code = must(parseCode(text), 'code');
    const name = given(flags.name, parseName, '--name');
    if (name === undefined) throw nothingGiven('inv location edit', ['--name']);
    const ifVersion = given(flags.ifVersion, parsePositive, '--if-version') ?? null;
    return run({ code, name, ifVersion, requestId: requestIdOf(flags) });
  });
}

export async function runLocationEdit(
  context: Context,
  { code, name, ifVersion, requestId }: LocationEditOptions,
): Promise<void> {
  const dependencies = await context.catalogue();
  const written = await writing(context, requestId, (write) =>
    renameLocation(dependencies, code, { name, ifVersion, write }),
  );
  await context.terminal.print(
    editedPresentation({ ...written, name: code, toDocument: locationDocument }),
  );
}
