import type { Command } from 'commander';
import { Option } from 'commander';
import { must } from '../domain/parse/parsed.ts';
import { parseDuration } from '../domain/parse/duration.ts';
import type { SettingsByPath } from '../config/flag-settings.ts';
import { InvError } from '../lib/errors.ts';
import type { OutputFormat, Verbosity } from './terminal/types.ts';

const FORMATS = ['table', 'json', 'ndjson', 'csv', 'tsv'] as const;
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
  /** What of the above is a setting too, and whether a flag or its `INV_*` twin said it. */
  readonly settings: { readonly flags: SettingsByPath; readonly variables: SettingsByPath };
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
  const fromFlags = valuesOf('flag', flags, env);
  const fromVariables = valuesOf('variable', flags, env);
  const { formatFlag, fields, timeoutMs } = { ...fromVariables, ...fromFlags };
  const flag = (name: string, variable: string): boolean =>
    flags[name] === true || truth(variable, env[variable]);
  const verbosity = flag('verbose', 'INV_VERBOSE') ? 'verbose' : 'normal';
  return {
    format: fromFlags.format ?? fromVariables.format,
    formatFlag,
    fields,
    color: fromFlags.color ?? fromVariables.color,
    quiet: flag('quiet', 'INV_QUIET'),
    verbosity: flag('debug', 'INV_DEBUG') ? 'debug' : verbosity,
    input: flags['input'] !== false && !truth('INV_NO_INPUT', env['INV_NO_INPUT']),
    yes: flag('yes', 'INV_YES'),
    dryRun: flag('dryRun', 'INV_DRY_RUN'),
    timeoutMs,
    // INV_CONFIG is read where files are chosen, so that its origin is named.
    configFile: textOf(flags['config']),
    actor: fromFlags.actor ?? fromVariables.actor,
    settings: { flags: settingsOf(fromFlags), variables: settingsOf(fromVariables) },
  };
}

type ValueOptions = Partial<
  Pick<GlobalOptions, 'format' | 'formatFlag' | 'fields' | 'color' | 'timeoutMs' | 'actor'>
>;

/** The options that carry a value, from one source alone; what it does not give is left out. */
function valuesOf(
  source: 'flag' | 'variable',
  flags: Readonly<Record<string, unknown>>,
  env: Environment,
): ValueOptions {
  const isFlag = source === 'flag';
  const text = (name: string): string | undefined =>
    textOf(isFlag ? flags[name] : env[variableOf(name)]);
  const label = (name: string): string => (isFlag ? `--${name}` : variableOf(name));
  const isJson = isFlag ? flags['json'] === true : truth('INV_JSON', env['INV_JSON']);
  const formatFlag = oneOf(label('format'), text('format'), FORMATS);
  const isColorOff = isFlag && flags['color'] === false;
  const timeout = text('timeout');
  return withoutUndefined({
    format: isJson ? 'json' : formatFlag,
    formatFlag,
    fields: namesOf(text('fields')),
    color: isColorOff ? 'never' : oneOf(label('color'), text('color'), COLORS),
    timeoutMs: timeout === undefined ? undefined : must(parseDuration(timeout), label('timeout')),
    actor: text('actor'),
  });
}

function settingsOf({ format, color, timeoutMs, actor }: ValueOptions): SettingsByPath {
  return { 'output.format': format, 'output.color': color, timeout_ms: timeoutMs, actor };
}

function variableOf(name: string): string {
  return `INV_${name.toUpperCase()}`;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function namesOf(list: string | undefined): readonly string[] | undefined {
  return list
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function withoutUndefined(values: ValueOptions): ValueOptions {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
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
