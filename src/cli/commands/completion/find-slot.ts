import type { Command, Option } from 'commander';

/** What kind of code of the database fits. */
export type CodeKind = 'sku' | 'location' | 'supplier';

export interface Candidate {
  readonly value: string;
  readonly description: string;
}

/** The place of the unfinished word, and what fits there. */
export interface Slot {
  /** What the candidates begin with: the word so far, or what stands behind its `=`. */
  readonly typed: string;
  /** Stands before each candidate: `--strategy=`. */
  readonly prefix: string;
  readonly candidates: readonly Candidate[];
  readonly codes: CodeKind | undefined;
  readonly isFile: boolean;
}

/** What may come next behind the finished words. */
export function findSlot(program: Command, finished: readonly string[], typed: string): Slot {
  const { command, pending, operands, isOnlyOperands } = walk(program, finished);
  if (pending !== undefined) return valueSlot(command, pending, { typed, prefix: '' });
  if (!isOnlyOperands && typed.startsWith('-')) return flagSlot(command, typed);
  if (operands === 0 && command.commands.length > 0) {
    return { ...EMPTY, typed, candidates: childrenOf(command) };
  }
  return operandSlot(command, operands, typed);
}

interface Place {
  readonly command: Command;
  /** The option whose value comes next. */
  readonly pending: Option | undefined;
  /** Words that are neither commands, flags nor their values. */
  readonly operands: number;
  /** Behind `--`. */
  readonly isOnlyOperands: boolean;
}

/** Goes through the words as commander would. */
function walk(program: Command, finished: readonly string[]): Place {
  let command = program;
  let pending: Option | undefined;
  let operands = 0;
  let isOnlyOperands = false;
  for (const word of finished) {
    if (pending !== undefined) {
      pending = undefined;
    } else if (!isOnlyOperands && word.startsWith('-')) {
      if (word === '--') isOnlyOperands = true;
      else pending = optionAwaitingValue(command, word);
    } else {
      const child = operands === 0 ? visibleChild(command, word) : undefined;
      if (child === undefined) operands += 1;
      else command = child;
    }
  }
  return { command, pending, operands, isOnlyOperands };
}

function flagSlot(command: Command, typed: string): Slot {
  const equals = typed.startsWith('--') ? typed.indexOf('=') : -1;
  if (equals < 0) return { ...EMPTY, typed, candidates: flagsOf(command) };
  const option = findOption(command, typed.slice(0, equals));
  const parts = { typed: typed.slice(equals + 1), prefix: typed.slice(0, equals + 1) };
  return option === undefined ? { ...EMPTY, ...parts } : valueSlot(command, option, parts);
}

const EMPTY = { typed: '', prefix: '', candidates: [], codes: undefined, isFile: false } as const;

function optionAwaitingValue(command: Command, word: string): Option | undefined {
  const option = word.includes('=') ? undefined : findOption(command, word);
  return option?.required === true || option?.optional === true ? option : undefined;
}

function findOption(command: Command, flag: string): Option | undefined {
  return optionsOf(command).find((option) => option.long === flag || option.short === flag);
}

/** The command's own options and those of the root, which stand anywhere. */
function optionsOf(command: Command): readonly Option[] {
  const own = command.options;
  return command.parent === null ? own : [...own, ...optionsOf(command.parent)];
}

function flagsOf(command: Command): readonly Candidate[] {
  const flags = new Map<string, string>([['--help', 'show help']]);
  for (const { long, description, hidden } of optionsOf(command)) {
    if (typeof long === 'string' && !hidden && !flags.has(long)) {
      flags.set(long, description);
    }
  }
  return [...flags].map(([value, description]) => ({ value, description }));
}

function childrenOf(command: Command): readonly Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((child) => ({ value: child.name(), description: child.summary() }));
}

function visibleChild(command: Command, word: string): Command | undefined {
  return command.commands.find((child) => child.name() === word);
}

interface Parts {
  readonly typed: string;
  readonly prefix: string;
}

function valueSlot(command: Command, option: Option, parts: Parts): Slot {
  const name = /[<[]([\w-]+)/.exec(option.flags)?.[1] ?? '';
  return {
    ...parts,
    candidates: (option.argChoices ?? []).map((value) => ({ value, description: '' })),
    codes: name === 'code' ? CODES_OF_FLAGS.get(option.long ?? '') : codesOf(name, command),
    isFile: name === 'file',
  };
}

const CODES_OF_FLAGS: ReadonlyMap<string, CodeKind> = new Map([
  ['--location', 'location'],
  ['--from', 'location'],
  ['--to', 'location'],
  ['--supplier', 'supplier'],
]);

function operandSlot(command: Command, operands: number, typed: string): Slot {
  const declared = command.registeredArguments;
  const last = declared.at(-1);
  const argument = declared[operands] ?? (last?.variadic === true ? last : undefined);
  if (argument === undefined) return { ...EMPTY, typed };
  return {
    typed,
    prefix: '',
    candidates: (argument.argChoices ?? []).map((value) => ({ value, description: '' })),
    codes: codesOf(argument.name(), command),
    isFile: argument.name() === 'file',
  };
}

/** By the words that commands use for their arguments. */
function codesOf(name: string, command: Command): CodeKind | undefined {
  switch (name) {
    case 'sku':
    case 'location':
    case 'supplier':
      return name;
    case 'code': {
      const group = command.parent?.name();
      return group === 'location' || group === 'supplier' ? group : undefined;
    }
    default:
      return undefined;
  }
}
