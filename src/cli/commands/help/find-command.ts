import type { Command } from 'commander';
import { InvError } from '../../../lib/errors.ts';
import { suggest } from '../../../lib/suggest.ts';
import type { CommandHost } from '../../command-host.ts';
import { HELP_TOPICS } from '../../help/topics.ts';

/** The command that the words name; no words name the root. @throws InvError USAGE with "did you mean" */
export async function findCommand(host: CommandHost, words: readonly string[]): Promise<Command> {
  const root = await host.programFor([]);
  const [first] = words;
  if (first === undefined) return root;
  if (childOf(root, first) === undefined) {
    throw unknown(first, '', [...HELP_TOPICS.map(({ name }) => name), ...childNames(root)]);
  }
  let command = await host.programFor(words);
  for (const [at, word] of words.entries()) {
    const child = childOf(command, word);
    if (child === undefined) {
      throw unknown(word, `${words.slice(0, at).join(' ')} `, childNames(command));
    }
    command = child;
  }
  return command;
}

function childOf(command: Command, word: string): Command | undefined {
  return command.commands.find((child) => child.name() === word || child.aliases().includes(word));
}

function childNames(command: Command): readonly string[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((child) => child.name());
}

function unknown(word: string, before: string, known: readonly string[]): InvError {
  const near = suggest(word, known);
  return new InvError('USAGE', `there is no help on "${before}${word}"`, {
    hint: `inv help ${before}${near[0] ?? ''}`.trimEnd(),
    facts: { did_you_mean: near },
  });
}
