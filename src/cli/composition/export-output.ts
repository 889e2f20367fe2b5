import { openExportFile } from '../../adapters/files/export-file.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Context } from '../context.ts';
import { createTerminal } from '../terminal/terminal.ts';
import type { RowStream } from '../terminal/types.ts';

/**
 * Writes rows as a file: CSV, unless the user asks for another format, to stdout or to a path.
 * @returns the number of rows
 * @throws InvError INVALID_INPUT when the file cannot be written; an existing one is then as it was
 */
export async function exportRows(
  context: Context,
  { columns, rows }: Pick<RowStream, 'columns' | 'rows'>,
  path: string | undefined,
): Promise<number> {
  let count = 0;
  const counted = async function* (): AsyncGenerator<JsonObject> {
    for await (const row of rows) {
      count += 1;
      yield row;
    }
  };
  if (path === undefined) {
    await terminalFor(context, context.terminal.streams).printStream({ columns, rows: counted() });
    return count;
  }
  const file = await openExportFile(path);
  try {
    const streams = { ...context.terminal.streams, stdout: file.stream };
    await terminalFor(context, streams).printStream({ columns, rows: counted() });
    await file.finish();
  } catch (error) {
    await file.abandon();
    throw error;
  }
  return count;
}

/** An export is for a file, also when somebody looks at it: its own format does not depend on a terminal. */
function terminalFor(
  { env, globals, loaded, terminal }: Context,
  streams: Context['terminal']['streams'],
): Context['terminal'] {
  return createTerminal({
    ...streams,
    env,
    format: globals.format ?? loaded.config.output.format ?? 'csv',
    fields: globals.fields,
    color: globals.color ?? 'auto',
    quiet: terminal.quiet,
    verbosity: terminal.verbosity,
    noInput: true,
  });
}
