import { Command, CommanderError } from 'commander';
import { InvError } from '../lib/errors.ts';
import { suggest } from '../lib/suggest.ts';
import { COMMAND_GROUPS } from './command-groups.ts';
import type { CommandHost } from './command-host.ts';
import { addGlobalOptions } from './global-options.ts';

/** Help was asked for and printed: the command is done. */
export class HelpShown extends Error {
  override readonly name = 'HelpShown';
}

export interface ProgramOptions {
  readonly argv: readonly string[];
  readonly host: CommandHost;
  readonly version: string;
  /** Help goes through here: to stdout. */
  readonly write: (text: string) => void;
  readonly columns: number;
}

const EXAMPLES = `
Everyday calls:
  inv product add MUG-RED --name "Red mug" --min-level 20
  inv stock in MUG-RED 120 --supplier ACME --ref PO-1001
  inv stock out MUG-RED 5 --ref SO-1
  inv stock out --from orders.csv
  inv stock low
  inv pool open MUG-RED 50 && inv order place MUG-RED 1
  inv demo                         a guided tour on servers of its own

Help topics: inv help exit-codes | environment | output | requests | pools |
             scanning`;

/** The command tree, with the one group that is called built in full and the others by name only. */
export async function buildProgram(options: ProgramOptions): Promise<Command> {
  const program = new Command('inv')
    .description('Products, suppliers and stock, with a ledger that never lies.')
    .version(options.version, '-V, --version', 'print the version')
    .usage('<command> [options]')
    .addHelpText('after', EXAMPLES);
  addGlobalOptions(program);
  const called = firstOperand(options.argv);
  for (const group of COMMAND_GROUPS) {
    const hidden = group.isHidden === true;
    if (group.name === called) {
      const build = await group.load();
      program.addCommand(build(options.host).summary(group.summary), { hidden });
    } else {
      const named = new Command(group.name).summary(group.summary).description(group.summary);
      program.addCommand(named, { hidden });
    }
  }
  program.helpCommand(false);
  if (called !== undefined && !COMMAND_GROUPS.some((group) => group.name === called)) {
    throw unknownCommand(
      called,
      'inv',
      COMMAND_GROUPS.filter((group) => group.isHidden !== true).map((group) => group.name),
    );
  }
  configure(program, options);
  return program;
}

/** Commander's refusals in our words. @returns the error as it is when it is not commander's */
export function translateUsage(error: unknown, program: Command): unknown {
  if (!(error instanceof CommanderError)) return error;
  if (error.exitCode === 0 || error.code === 'commander.help') return new HelpShown();
  const path = commandPath(program);
  const message = error.message
    .replace(/^error: /, '')
    .replace(/\n?\(Did you mean (.*)\?\)/s, ' – did you mean $1?');
  return new InvError('USAGE', message, { hint: `${path} --help` });
}

function configure(command: Command, options: ProgramOptions): void {
  command
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureHelp({
      showGlobalOptions: command.parent !== null && command.commands.length === 0,
      helpWidth: options.columns,
    })
    .configureOutput({
      writeOut: options.write,
      // Refusals are thrown and shown once, by main.
      writeErr: () => undefined,
    });
  if (command.commands.length > 0 && command.parent !== null) {
    const names = command.commands.map((child) => child.name());
    command.helpCommand(false).action(() => {
      const [word] = command.args;
      if (word !== undefined) throw unknownCommand(word, `inv ${command.name()}`, names);
      throw new InvError('USAGE', `inv ${command.name()} needs a command: ${names.join(', ')}`, {
        hint: `inv ${command.name()} --help`,
      });
    });
    command.allowExcessArguments(true);
  }
  for (const child of command.commands) configure(child, options);
}

function unknownCommand(word: string, parent: string, known: readonly string[]): InvError {
  const near = suggest(word, known);
  return new InvError('USAGE', `there is no command "${parent} ${word}"`, {
    hint: near[0] === undefined ? `${parent} --help` : `${parent} ${near[0]}`,
    facts: { did_you_mean: near },
  });
}

/** The words that led to the command that refused, as far as they name commands. */
function commandPath(program: Command): string {
  const path = ['inv'];
  let command: Command | undefined = program;
  for (const word of program.args) {
    command = command.commands.find((child) => child.name() === word);
    if (command === undefined) break;
    path.push(word);
  }
  return path.join(' ');
}

const WITH_VALUE: ReadonlySet<string> = new Set([
  '--format',
  '--fields',
  '--color',
  '--timeout',
  '--config',
  '--actor',
]);

/** The first word that is no flag and no flag's value. */
function firstOperand(argv: readonly string[]): string | undefined {
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at];
    if (word === undefined || word === '--') return argv[at + 1];
    if (WITH_VALUE.has(word)) at += 1;
    else if (!word.startsWith('-')) return word;
  }
  return undefined;
}
