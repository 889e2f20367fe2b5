import { Option } from 'commander';
import type { Command } from 'commander';
import { parseDuration } from '../../../domain/parse/duration.ts';
import type { Parsed } from '../../../domain/parse/parsed.ts';
import { must, parsed, refused } from '../../../domain/parse/parsed.ts';
import { shown } from '../../../domain/parse/shown.ts';
import { STRATEGY_NAMES } from '../../../domain/posting.ts';
import type { StrategyName } from '../../../domain/posting.ts';
import { suggest } from '../../../lib/suggest.ts';
import { parseFault } from '../../../loadtest/faults/parse-fault.ts';
import type { Fault } from '../../../loadtest/faults/parse-fault.ts';
import { PROFILE_NAMES } from '../../../loadtest/profile/profiles.ts';
import type { ProfileName } from '../../../loadtest/profile/profiles.ts';
import { parseRate } from '../../../loadtest/profile/rate.ts';
import { parseThreshold } from '../../../loadtest/verdict/thresholds.ts';
import type { Threshold } from '../../../loadtest/verdict/thresholds.ts';
import type { LoadOptions } from '../../../loadtest/workload/plan-settings.ts';
import { parseQuantities } from '../../../loadtest/workload/quantities.ts';
import { parseShare } from '../../../loadtest/workload/share.ts';
import { parseSkew } from '../../../loadtest/workload/skew.ts';
import type { ReportPaths } from '../../composition/loadtest/report-files.ts';
import { collect, given, parsePositive } from '../../option-values.ts';

/** What commander hands over; every value is still a text. */
export type RunFlags = Readonly<Partial<Record<TextFlag, string>>> & {
  readonly expect?: readonly string[];
  readonly fault?: readonly string[];
};

type TextFlag =
  | 'profile'
  | 'rates'
  | 'rate'
  | 'duration'
  | 'window'
  | 'warmUp'
  | 'arrivals'
  | 'buyers'
  | 'stock'
  | 'skus'
  | 'skew'
  | 'perBuyer'
  | 'quantities'
  | 'retry'
  | 'duplicates'
  | 'holds'
  | 'holdFor'
  | 'target'
  | 'seed'
  | 'threads'
  | 'inFlight'
  | 'settle'
  | 'lagMax'
  | 'confirmTarget'
  | 'save'
  | 'html';

/** Flags that parse; whether they fit together is for `planSettings` to say. */
export interface RunOptions {
  /** Without the seed where none was given, and without the phases of a file. */
  readonly load: Omit<LoadOptions, 'seed' | 'phases'> & { readonly seed?: number };
  /** A CSV of rates and durations, or `-`. */
  readonly ratesPath: string | undefined;
  readonly target: StrategyName;
  readonly threads: number;
  readonly inFlightMax: number | undefined;
  readonly settleMs: number;
  readonly lagMsMax: number | undefined;
  readonly faults: readonly Fault[];
  readonly thresholds: readonly Threshold[];
  readonly confirmed: string | undefined;
  readonly reports: ReportPaths;
}

const THREADS_MAX = 16;
const SETTLE_MS = 60_000;
const SEED_MAX = Number.MAX_SAFE_INTEGER;

export function addRunOptions(command: Command): Command {
  command
    .addOption(
      new Option('--profile <profile>', 'shape of the load (default: flash)').choices(
        PROFILE_NAMES,
      ),
    )
    .addOption(
      new Option(
        '--rates <file>',
        'a CSV of rate and duration in place of a profile; - is stdin',
      ).conflicts('profile'),
    )
    .option('--rate <rate>', 'highest rate of the profile: 1000/s')
    .option('--duration <duration>', 'length of the profile, after the warm-up: 10s')
    .option(
      '--window <duration>',
      'of a flash sale: the time in which its buyers come (default: 1s)',
    )
    .option('--warm-up <duration>', 'before anything counts (default: 3s)')
    .addOption(
      new Option('--arrivals <kind>', 'how buyers come (default: poisson)').choices([
        'poisson',
        'uniform',
      ]),
    )
    .option('--buyers <number>', 'how many there are (default: 10000)')
    .option('--stock <units>', 'units of each product for sale (default: 1000)')
    .option('--skus <number>', 'products for sale (default: 1)')
    .option('--skew <skew>', 'demand for them: uniform, zipf:1.1 or hot:10:0.8 (default: uniform)')
    .option('--per-buyer <units>', 'units that one buyer may have of a product')
    .option('--quantities <mix>', 'units of an order: 1, 1-5 or 1:70,2:20,5:10 (default: 1)')
    .option('--retry <share>', 'of those who got nothing, who try again (default: 0.3)')
    .option('--duplicates <share>', 'double clicks (default: 0.1)')
    .option('--holds <share>', 'orders that are holds first (default: 0)')
    .option('--hold-for <duration>', 'how long a hold lasts (default: 2s)')
    .option('--target <strategy>', `what is tested: ${STRATEGY_NAMES.join(', ')} (default: lua)`)
    .option('--seed <number>', 'the same seed and settings make the same starts')
    .option('--threads <number>', 'generators (default: 1)')
    .option(
      '--in-flight <number>',
      'requests without an answer at one time; a start beyond is dropped',
    )
    .option(
      '--settle <duration>',
      'how long the books may take after the last answer (default: 60s)',
    )
    .option(
      '--lag-max <duration>',
      'how late starts may be, at p99, for a valid run (default: 20ms; in a flash sale 5 % of its window)',
    )
    .option(
      '--fault <fault>',
      'redis-restart@3s, kill-worker@4s, mysql-latency=200ms@2s..5s; may be repeated',
      collect,
    )
    .option(
      '--expect <threshold>',
      'p99<50ms, errors=0, …: exit code 8 when it is missed; may be repeated',
      collect,
    )
    .option('--confirm-target <database>', 'use configured stores that are not marked for tests');
  return addReportOptions(command);
}

export function addReportOptions(command: Command): Command {
  return command
    .option('--save <file>', 'keep the document: for report, compare and replay')
    .option('--html <file>', 'write a report with charts, in one file');
}

export function reportPaths(flags: Pick<RunFlags, 'save' | 'html'>): ReportPaths {
  return { savePath: flags.save, htmlPath: flags.html };
}

/** @throws InvError INVALID_INPUT, before anything is touched */
export function runOptions(flags: RunFlags): RunOptions {
  const faults = (flags.fault ?? []).map((text) => must(parseFault(text), '--fault'));
  const thresholds = (flags.expect ?? []).map((text) => must(parseThreshold(text), '--expect'));
  const target = given(flags.target, parseTarget, '--target') ?? 'lua';
  return {
    load: loadOptions(flags),
    ratesPath: flags.rates,
    target,
    threads: given(flags.threads, parseThreads, '--threads') ?? 1,
    inFlightMax: given(flags.inFlight, parsePositive, '--in-flight'),
    settleMs: given(flags.settle, parseDuration, '--settle') ?? SETTLE_MS,
    lagMsMax: given(flags.lagMax, parseDuration, '--lag-max'),
    faults,
    thresholds,
    confirmed: flags.confirmTarget,
    reports: reportPaths(flags),
  };
}

function loadOptions(flags: RunFlags): RunOptions['load'] {
  const number = (text: string | undefined, name: string) => given(text, parsePositive, name);
  const share = (text: string | undefined, name: string) => given(text, parseShare, name);
  const time = (text: string | undefined, name: string) =>
    given(text, (value) => parseDuration(value, { minMs: name === '--warm-up' ? 0 : 1 }), name);
  return withoutUndefined({
    seed: given(flags.seed, parseSeed, '--seed'),
    // Commander lets nothing else through.
    profile: flags.profile as ProfileName | undefined,
    arrivals: flags.arrivals as LoadOptions['arrivals'] | undefined,
    ratePerSecond: given(flags.rate, parseRate, '--rate'),
    durationMs: time(flags.duration, '--duration'),
    windowMs: time(flags.window, '--window'),
    warmUpMs: time(flags.warmUp, '--warm-up'),
    buyers: number(flags.buyers, '--buyers'),
    stock: number(flags.stock, '--stock'),
    products: number(flags.skus, '--skus'),
    perBuyer: number(flags.perBuyer, '--per-buyer'),
    skew: given(flags.skew, parseSkew, '--skew'),
    quantities: given(flags.quantities, parseQuantities, '--quantities'),
    retryShare: share(flags.retry, '--retry'),
    duplicateShare: share(flags.duplicates, '--duplicates'),
    holdShare: share(flags.holds, '--holds'),
    holdMs: time(flags.holdFor, '--hold-for'),
  });
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** An option that was not given is no option, not one that is undefined. */
function withoutUndefined<T extends object>(values: T): Defined<T> {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Defined<T>;
}

export function parseTarget(text: string): Parsed<StrategyName> {
  const name = STRATEGY_NAMES.find((known) => known === text);
  if (name !== undefined) return parsed(name);
  if (/^https?:/.test(text)) {
    return refused(`${shown(text)}: inv has no HTTP server to test yet; name a strategy`);
  }
  const near = suggest(text, STRATEGY_NAMES)[0];
  const known = near === undefined ? STRATEGY_NAMES.join(', ') : `did you mean ${near}?`;
  return refused(`${shown(text)} is no strategy: ${known}`);
}

function parseThreads(text: string): Parsed<number> {
  const number = /^[1-9][0-9]?$/.test(text) ? Number(text) : Infinity;
  return number <= THREADS_MAX
    ? parsed(number)
    : refused(`${shown(text)} is no number of generators (1 to ${THREADS_MAX})`);
}

function parseSeed(text: string): Parsed<number> {
  const number = /^(0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : Infinity;
  return number <= SEED_MAX
    ? parsed(number)
    : refused(`${shown(text)} is no seed (0 to ${SEED_MAX})`);
}
