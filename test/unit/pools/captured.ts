import type { Command } from 'commander';
import { InvError } from '../../../src/lib/errors.ts';

/** The options that a command hands to its run function. */
export async function captured<Options>(
  build: (run: (options: Options) => Promise<void>) => Command,
  ...words: readonly string[]
): Promise<Options> {
  const found: Options[] = [];
  const command = build((options) => {
    found.push(options);
    return Promise.resolve();
  });
  quiet(command);
  await command.parseAsync(words, { from: 'user' });
  const [options] = found;
  if (options === undefined) throw new Error('the command did not run');
  return options;
}

function quiet(command: Command): void {
  command.exitOverride().configureOutput({ writeErr: () => undefined });
  for (const child of command.commands) quiet(child);
}

/** `CODE the message`, of a command that refuses its words. */
export async function refusal(run: Promise<unknown>): Promise<string> {
  const error: unknown = await run.then(
    () => new Error('it was not refused'),
    (thrown: unknown) => thrown,
  );
  return error instanceof InvError ? `${error.code} ${error.message}` : String(error);
}
