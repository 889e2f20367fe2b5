import type { Command } from 'commander';
import { Option } from 'commander';
import { must } from '../domain/parse/parsed.ts';
import { parseDuration } from '../domain/parse/duration.ts';
import { InvError } from '../lib/errors.ts';
import type { OutputFormat, Verbosity } from './terminal/types.ts';

export const FORMATS = ['table', 'json', 'ndjson', 'csv', 'tsv'] as const;
export const COLORS = ['auto', 'always', 'never'] as const;

/** The flags every command takes, before or after its name. */
export interface GlobalOptions {
  readonly format: OutputFormat | undefined;
  /** What `--format` said, where a command also reads files and the word may mean theirs. */
  readonly formatFlag: OutputFormat | undefined;
  readonly fields: readonly string[] | undefined;
  readonly color: (typeof COLORS)[number] | undefined;
  readonly quiet: boolean;
  readonly verbosity: Verbosity;
  readonly input: boolean;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly timeoutMs: number | undefined;
  readonly configFile: string | undefined;
  readonly actor: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function addGlobalOptions(program: Command): void {
  const group = 'Global options:';
  const options = [
    new Option('--json', 'print one JSON document (same as --format json)'),
    new Option('--format <format>', 'output format; default: table, and tsv in a pipe').choices(
      FORMATS,
    ),
    new Option('--fields <names>', 'only these fields, in this order: a,b,c'),
    new Option('-q, --quiet', 'no notes or progress on stderr'),
    new Option('-v, --verbose', 'say more on stderr'),
    new Option('--debug', 'say everything, with stack traces'),
    new Option('--color <when>', 'colour').choices(COLORS),
    new Option('--no-color', 'same as --color never'),
    new Option('--no-input', 'never ask a question'),
    new Option('-y, --yes', 'answer yes to the confirmation of a dangerous action'),
    new Option('-n, --dry-run', 'do everything but the change itself'),
    new Option('--timeout <duration>', 'give up after this time: 500ms, 5s, 2m'),
    new Option('--config <file>', 'read this file in place of inventory.config.yaml'),
    new Option('--actor <name>', 'who does it, for the ledger; default: the operating system user'),
  ];
  for (const option of options) program.addOption(option.helpGroup(group));
}

/** Flags first, then their `INV_*` twins. @throws InvError USAGE for a value that makes no sense */
export function readGlobalOptions(
  flags: Readonly<Record<string, unknown>>,
  env: Environment,
): GlobalOptions {
  const text = (name: string, variable: string): string | undefined => {
    const value = flags[name] ?? env[variable];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const flag = (name: string, variable: string): boolean =>
    flags[name] === true || truth(variable, env[variable]);
  const formatFlag = oneOf('--format', text('format', 'INV_FORMAT'), FORMATS);
  const color =
    flags['color'] === false ? 'never' : oneOf('--color', text('color', 'INV_COLOR'), COLORS);
  const timeout = text('timeout', 'INV_TIMEOUT');
  return {
    format: flag('json', 'INV_JSON') ? 'json' : formatFlag,
    formatFlag,
    fields: text('fields', 'INV_FIELDS')
      ?.split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
    color,
    quiet: flag('quiet', 'INV_QUIET'),
    verbosity: flag('debug', 'INV_DEBUG')
      ? 'debug'
      : flag('verbose', 'INV_VERBOSE')
        ? 'verbose'
        : 'normal',
    input: flags['input'] !== false && !truth('INV_NO_INPUT', env['INV_NO_INPUT']),
    yes: flag('yes', 'INV_YES'),
    dryRun: flag('dryRun', 'INV_DRY_RUN'),
    timeoutMs: timeout === undefined ? undefined : must(parseDuration(timeout), '--timeout'),
    configFile: text('config', 'INV_CONFIG'),
    actor: text('actor', 'INV_ACTOR'),
  };
}

/** How to speak of a failure before the flags are parsed: an unknown flag must not hide `--json`. */
export function guessFormat(argv: readonly string[], env: Environment): 'json' | undefined {
  const at = argv.indexOf('--format');
  const format =
    at >= 0 ? argv[at + 1] : argv.find((word) => word.startsWith('--format='))?.slice(9);
  const isJson =
    argv.includes('--json') || format === 'json' || format === 'ndjson' || isTrue(env['INV_JSON']);
  return isJson || (format === undefined && env['INV_FORMAT'] === 'json') ? 'json' : undefined;
}

function oneOf<const T extends string>(
  name: string,
  value: string | undefined,
  choices: readonly T[],
): T | undefined {
  if (value === undefined) return undefined;
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) {
    throw new InvError('USAGE', `${name}: "${value}" is none of ${choices.join(', ')}`);
  }
  return choice;
}

function truth(variable: string, value: string | undefined): boolean {
  if (value === undefined || value === '' || /^(0|false|no)$/i.test(value)) return false;
  if (isTrue(value)) return true;
  throw new InvError('BAD_CONFIGURATION', `${variable} is true or false, not "${value}"`);
}

function isTrue(value: string | undefined): boolean {
  return value !== undefined && /^(1|true|yes)$/i.test(value);
}
