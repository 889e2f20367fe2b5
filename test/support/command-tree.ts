import type { Command } from 'commander';
import { COMMAND_GROUPS } from '../../src/cli/command-groups.ts';
import type { CommandHost } from '../../src/cli/command-host.ts';

/** One place of a command that takes a word from the user. */
export interface Place {
  /** `quantity` or `--cost`. */
  readonly label: string;
  /** What help calls the value: `units`, `code`, `text`, … */
  readonly value: string;
  /** The whole command with this word there, and fine words everywhere else. */
  call(word: string): readonly string[];
}

export interface Leaf {
  readonly words: readonly string[];
  /** Arguments and options it cannot do without. */
  readonly required: readonly string[];
  readonly places: readonly Place[];
  /** The whole command with fine words everywhere, and these flags. */
  call(flags: readonly string[]): readonly string[];
}

/** Options that stand in for an argument: with them, it is left out. */
const INSTEAD_OF_ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  'stock in --from': ['sku', 'quantity'],
  'stock out --from': ['sku', 'quantity'],
  'stock adjust --by': ['change'],
  'stock adjust --to': ['change'],
  'stock undo --posting': ['id'],
};

/**
 * Every command of every group as the program itself has them, so that a new verb is tested the day
 * it is made. @param fine a good word for the value of this name
 */
export async function commandTree(
  groups: (name: string) => boolean,
  fine: (value: string, command: string) => string,
): Promise<readonly Leaf[]> {
  const leaves: Leaf[] = [];
  for (const { name, load } of COMMAND_GROUPS.filter((group) => groups(group.name))) {
    const build = await load();
    collect(build(nowhere), [name], leaves, fine);
  }
  return leaves;
}

const nowhere: CommandHost = {
  run: () => Promise.resolve(),
  write: () => Promise.resolve(),
  programFor: () => Promise.reject(new Error('the tree is only looked at')),
};

function collect(
  command: Command,
  words: readonly string[],
  leaves: Leaf[],
  fine: (value: string, command: string) => string,
): void {
  if (command.commands.length > 0) {
    for (const child of command.commands) collect(child, [...words, child.name()], leaves, fine);
    return;
  }
  const path = words.join(' ');
  const argumentNames = command.registeredArguments.map((argument) => argument.name());
  const mandatory = command.options.filter((option) => option.mandatory);
  const call = (given: {
    readonly flags?: readonly string[];
    readonly option?: string;
    readonly argument?: string;
    readonly word: string;
  }) => {
    const left = INSTEAD_OF_ARGUMENTS[`${path} ${given.option ?? ''}`] ?? [];
    const operands = argumentNames
      .filter((name) => !left.includes(name))
      .map((name) => (name === given.argument ? given.word : fine(name, path)));
    const options = mandatory
      .filter((option) => option.long !== given.option)
      .map((option) => `${option.long ?? ''}=${fine(valueOf(option.flags), path)}`);
    const own = given.option === undefined ? [] : [`${given.option}=${given.word}`];
    return [...words, ...options, ...own, ...(given.flags ?? []), '--', ...operands];
  };
  leaves.push({
    words,
    call: (flags) => call({ word: '', flags }),
    required: [
      ...command.registeredArguments.filter(({ required }) => required).map((it) => it.name()),
      ...mandatory.map((option) => option.long ?? ''),
    ],
    places: [
      ...argumentNames.map((argument) => ({
        label: argument,
        value: argument,
        call: (word: string) => call({ argument, word }),
      })),
      ...command.options
        .filter((option) => option.required)
        .map((option) => ({
          label: option.long ?? '',
          value: valueOf(option.flags),
          call: (word: string) => call({ option: option.long ?? '', word }),
        })),
    ],
  });
}

/** `units` of `--min-level <units>`. */
function valueOf(flags: string): string {
  return /<(.+)>/.exec(flags)?.[1] ?? '';
}
