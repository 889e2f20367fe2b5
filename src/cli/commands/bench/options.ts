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

type BoutFlag = 'concurrency' | 'duration' | 'requests' | 'rounds' | 'html' | 'confirmTarget';
type TextFlag = BoutFlag | 'strategies' | 'skus' | 'stock' | 'seed';

export type LuaFlags = Readonly<Partial<Record<BoutFlag, string>>>;

/** What both benches take. */
export interface LuaOptions {
  readonly writers: number;
  readonly durationMs: number;
  readonly requestsMax: number;
  readonly rounds: number;
  readonly htmlPath: string | undefined;
  readonly confirmed: string | undefined;
}

export interface DeductOptions extends LuaOptions {
  readonly contestants: readonly ContestantName[];
  readonly products: number;
  readonly stock: number;
  /** undefined: drawn, and printed. */
  readonly seed: number | undefined;
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
  command
    .option('--strategies <list>', `of: ${CONTESTANT_NAMES.join(', ')} (default: the strategies)`)
    .option('--unsafe', `also ${DEMONSTRATION_NAMES.join(', ')}: ways to get it wrong`)
    .option('--skus <number>', 'products: 1 is one hot product (default: 1)')
    .option('--stock <units>', 'units of each product (default: more than are sold)')
    .option('--seed <number>', 'the same seed makes the same requests');
  return addBoutOptions(command);
}

/** `inv bench lua`: what it has in common with `deduct`. */
export function addLuaOptions(command: Command): Command {
  return addBoutOptions(command);
}

function addBoutOptions(command: Command): Command {
  return command
    .option('--concurrency <writers>', 'writers at the same time, 1 to 256 (default: 64)')
    .option('--duration <duration>', 'length of a bout (default: 2s)')
    .addOption(
      new Option('--requests <number>', 'requests of a bout, in place of its length').conflicts(
        'duration',
      ),
    )
    .option('--rounds <number>', 'rounds that count, after one to warm up (default: 3)')
    .option('--html <file>', 'write a page with charts, in one file')
    .option('--confirm-target <database>', 'use configured stores that are not marked for tests');
}

/** @throws InvError INVALID_INPUT, before anything is touched */
export function deductOptions(flags: DeductFlags): DeductOptions {
  const chosen = given(flags.strategies, parseContestants, '--strategies') ?? STRATEGY_NAMES;
  const all = flags.unsafe === true ? [...chosen, ...DEMONSTRATION_NAMES] : chosen;
  return {
    contestants: CONTESTANT_NAMES.filter((name) => all.includes(name)),
    products: number(flags.skus, '--skus', { max: PRODUCTS_MAX }) ?? 1,
    stock: number(flags.stock, '--stock', { max: STOCK_MAX }) ?? STOCK,
    seed: number(flags.seed, '--seed', { min: 0, max: Number.MAX_SAFE_INTEGER }),
    ...luaOptions(flags),
  };
}

/** @throws InvError INVALID_INPUT, before anything is touched */
export function luaOptions(flags: LuaFlags): LuaOptions {
  const requests = number(flags.requests, '--requests', { max: REQUESTS_MAX });
  const duration = given(
    flags.duration,
    (text) => parseDuration(text, { minMs: 1, maxMs: DURATION_MS_MAX }),
    '--duration',
  );
  return {
    writers: number(flags.concurrency, '--concurrency', { max: WRITERS_MAX }) ?? 64,
    durationMs: requests === undefined ? (duration ?? 2000) : Infinity,
    requestsMax: requests ?? REQUESTS_MAX,
    rounds: number(flags.rounds, '--rounds', { max: ROUNDS_MAX }) ?? 3,
    htmlPath: flags.html,
    confirmed: flags.confirmTarget,
  };
}

function number(
  text: string | undefined,
  flag: string,
  { min = 1, max }: { readonly min?: number; readonly max: number },
): number | undefined {
  return given(text, (value) => parseNumber(value, { min, max }), flag);
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
