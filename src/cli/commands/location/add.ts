import { Command } from 'commander';
import { parseCode } from '../../../domain/parse/code.ts';
import { must } from '../../../domain/parse/parsed.ts';
import { parseName } from '../../../domain/parse/text.ts';
import { addLocation, locationDocument } from '../../../services/catalogue/locations.ts';
import type { Context } from '../../context.ts';
import { addRequestIdOption, requestIdOf } from '../../option-values.ts';
import { requestLine, writing, writtenFacts } from '../../write.ts';

export interface LocationAddOptions {
  readonly code: string;
  readonly name: string;
  readonly requestId: string | undefined;
}

/** `inv location add CODE --name NAME` */
export function locationAddCommand(run: (options: LocationAddOptions) => Promise<void>): Command {
  const command = new Command('add')
    .summary('create a location')
    .description('Creates a place that holds stock.')
    .argument('<code>', 'A-Z 0-9 . _ : / -, at most 64; written in capitals')
    .option('--name <text>', 'what people call it; default: its code');
  return addRequestIdOption(command).action(
    (text: string, flags: { readonly name?: string; readonly requestId?: string }) => {
      const code = must(parseCode(text), 'code');
      const name = must(parseName(flags.name ?? code), '--name');
      return run({ code, name, requestId: requestIdOf(flags) });
    },
  );
}

export async function runLocationAdd(
  context: Context,
  { requestId, ...location }: LocationAddOptions,
): Promise<void> {
  const dependencies = await context.catalogue();
  const written = await writing(context, requestId, (write) =>
    addLocation(dependencies, location, write),
  );
  const { location: added, replayed } = written.value;
  await context.terminal.print({
    document: { ...writtenFacts(written, replayed), ...locationDocument(added) },
    human: (style) => [
      `${style.green(style.mark.ok)} ${style.bold(added.code)} ${added.name}${
        replayed ? ' exists' : ' added'
      }`,
      requestLine(written, { replayed, style }),
    ],
  });
}
