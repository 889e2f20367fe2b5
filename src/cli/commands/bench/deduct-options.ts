import type { Command } from 'commander';
import { Option } from 'commander';
import { CONTESTANT_NAMES, DEMONSTRATION_NAMES } from '../../../bench/contestant-names.ts';
import type { ContestantName } from '../../../bench/contestant-names.ts';
import { parseDuration } from '../../../domain/parse/duration.ts';
import { parsed, refused } from '../../../domain/parse/parsed.ts';
import type { Parsed } from '../../../domain/parse/parsed.ts';
import { shown } from '../../../domain/parse/shown.ts';
import { STRATEGY_NAMES } from '../../../domain/posting.ts';
import { suggest } from '../../../lib/suggest.ts';
import { given } from '../../option-values.ts';

export type DeductFlags = Readonly<Partial<Record<TextFlag, string>>> & { readonly unsafe?: true };

type TextFlag =
  | 'strategies'
  | 'concurrency'
  | 'duration'
  | 'requests'
  | 'skus'
  | 'stock'
  | 'seed'
  | 'rounds'
  | 'html'
  | 'confirmTarget';

export interface DeductOptions {
  readonly contestants: readonly ContestantName[];
  readonly writers: number;
  readonly products: number;
  readonly stock: number;
  readonly durationMs: number;
  readonly requestsMax: number;
  readonly rounds: number;
  /** undefined: drawn, and printed. */
  readonly seed: number | undefined;
  readonly htmlPath: string | undefined;
  readonly confirmed: string | undefined;
}

const WRITERS_MAX = 256;
const PRODUCTS_MAX = 1000;
const STOCK_MAX = 1_000_000_000;
const REQUESTS_MAX = 1_000_000;
const DURATION_MS_MAX = 60_000;
const ROUNDS_MAX = 50;
/** More than anybody sells in a minute: the timed bouts are about speed, those for the last units about scarcity. */
const STOCK = 100_000_000;

export function addDeductOptions(command: Command): Command {
  return command
    .option('--strategies <list>', `of: ${CONTESTANT_NAMES.join(', ')} (default: the strategies)`)
    .option('--unsafe', `also ${DEMONSTRATION_NAMES.join(', ')}: ways to get it wrong`)
    .option('--concurrency <writers>', 'writers at the same time, 1 to 256 (default: 64)')
    .option('--duration <duration>', 'length of a bout (default: 2s)')
    .addOption(
      new Option('--requests <number>', 'requests of a bout, in place of its length').conflicts(
        'duration',
      ),
    )
    .option('--skus <number>', 'products: 1 is one hot product (default: 1)')
    .option('--stock <units>', 'units of each product (default: more than are sold)')
    .option('--rounds <number>', 'rounds that count, after one to warm up (default: 3)')
    .option('--seed <number>', 'the same seed makes the same requests')
    .option('--html <file>', 'write a page with charts, in one file')
    .option('--confirm-target <database>', 'use configured stores that are not marked for tests');
}

/** @throws InvError INVALID_INPUT, before anything is touched */
export function deductOptions(flags: DeductFlags): DeductOptions {
  const number = (name: TextFlag, flag: string, max: number, min = 1) =>
    given(flags[name], (text) => parseNumber(text, { min, max }), flag);
  const requests = number('requests', '--requests', REQUESTS_MAX);
  const duration = given(
    flags.duration,
    (text) => parseDuration(text, { minMs: 1, maxMs: DURATION_MS_MAX }),
    '--duration',
  );
  const chosen = given(flags.strategies, parseContestants, '--strategies') ?? STRATEGY_NAMES;
  const all = flags.unsafe === true ? [...chosen, ...DEMONSTRATION_NAMES] : chosen;
  return {
    contestants: CONTESTANT_NAMES.filter((name) => all.includes(name)),
    writers: number('concurrency', '--concurrency', WRITERS_MAX) ?? 64,
    products: number('skus', '--skus', PRODUCTS_MAX) ?? 1,
    stock: number('stock', '--stock', STOCK_MAX) ?? STOCK,
    durationMs: requests === undefined ? (duration ?? 2000) : Infinity,
    requestsMax: requests ?? REQUESTS_MAX,
    rounds: number('rounds', '--rounds', ROUNDS_MAX) ?? 3,
    seed: number('seed', '--seed', Number.MAX_SAFE_INTEGER, 0),
    htmlPath: flags.html,
    confirmed: flags.confirmTarget,
  };
}

function parseNumber(
  text: string,
  { min, max }: { readonly min: number; readonly max: number },
): Parsed<number> {
  const value = /^(0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : NaN;
  return value >= min && value <= max
    ? parsed(value)
    : refused(`${shown(text)}: write a whole number from ${String(min)} to ${String(max)}`);
}

function parseContestants(text: string): Parsed<readonly ContestantName[]> {
  const names: ContestantName[] = [];
  for (const word of text.split(',').map((part) => part.trim())) {
    const name = CONTESTANT_NAMES.find((known) => known === word);
    if (name === undefined) {
      const near = suggest(word, CONTESTANT_NAMES)[0];
      const help = near === undefined ? CONTESTANT_NAMES.join(', ') : `did you mean ${near}?`;
      return refused(`${shown(word)} is no strategy: ${help}`);
    }
    names.push(name);
  }
  return parsed(names);
}
