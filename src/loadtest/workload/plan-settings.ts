import type { Parsed } from '../../domain/parse/parsed.ts';
import { parsed, refused } from '../../domain/parse/parsed.ts';
import { formatDuration } from '../../domain/parse/duration.ts';
import type { ArrivalKind } from '../profile/arrivals.ts';
import type { Phase } from '../profile/phase.ts';
import { phasesOf, warmUp } from '../profile/profiles.ts';
import type { ProfileName } from '../profile/profiles.ts';
import { RATE_PER_SECOND_MAX } from '../profile/rate.ts';
import { expectedLoad } from './expected.ts';
import type { QuantityWeight } from './quantities.ts';
import type { LoadSettings } from './settings.ts';
import { skewProblem } from './skew.ts';
import type { Skew } from './skew.ts';

/** What a user may give; the rest has defaults. Values are parsed, their combination is not checked yet. */
export interface LoadOptions {
  readonly seed: number;
  readonly profile?: ProfileName;
  /** Phases of a CSV, instead of a profile. */
  readonly phases?: readonly Phase[];
  readonly ratePerSecond?: number;
  readonly durationMs?: number;
  readonly warmUpMs?: number;
  /** Of the flash profile: the time in which its buyers come. */
  readonly windowMs?: number;
  readonly arrivals?: ArrivalKind;
  readonly buyers?: number;
  readonly products?: number;
  readonly stock?: number;
  readonly perBuyer?: number | null;
  readonly skew?: Skew;
  readonly quantities?: readonly QuantityWeight[];
  readonly retryShare?: number;
  readonly retriesMax?: number;
  readonly retryDelayMs?: number;
  readonly duplicateShare?: number;
  readonly againShare?: number;
  readonly holdShare?: number;
  readonly confirmShare?: number;
  readonly cancelShare?: number;
  readonly holdMs?: number;
}

/** A start takes some 50 bytes of history until the verdict: half a gigabyte. */
const STARTS_MAX = 10_000_000;
const PENDING_MAX = 2_000_000;
const BUYERS_MAX = 10_000_000;
const PRODUCTS_MAX = 100_000;
const DOUBLE_CLICK_MS_MAX = 300;
/** A limit that nobody tries to pass would not be tested. */
const AGAIN_SHARE_WITH_LIMIT = 0.1;

const DEFAULTS = {
  profile: 'flash',
  ratePerSecond: 1_000,
  durationMs: 10_000,
  warmUpMs: 3_000,
  arrivals: 'poisson',
  buyers: 10_000,
  products: 1,
  stock: 1_000,
  perBuyer: null,
  skew: { kind: 'uniform' },
  quantities: [{ quantity: 1, weight: 1 }],
  retryShare: 0.3,
  retriesMax: 3,
  retryDelayMs: 500,
  duplicateShare: 0.1,
  holdShare: 0,
  confirmShare: 0.6,
  cancelShare: 0.2,
  holdMs: 2_000,
} as const satisfies Partial<LoadOptions>;

const SOAK_MS = 1_800_000;
const FLASH_WINDOW_MS = 1_000;
const FLASH_TAIL_MS = 4_000;

/** Settings with everything filled in, or what is wrong with the options together. */
export function planSettings(options: LoadOptions): Parsed<LoadSettings> {
  const all = { ...DEFAULTS, ...options };
  const phases = choosePhases(options);
  if (!phases.ok) return phases;
  const againShare = all.againShare ?? (all.perBuyer === null ? 0 : AGAIN_SHARE_WITH_LIMIT);
  const settings: LoadSettings = {
    seed: all.seed,
    profile: options.phases === undefined ? all.profile : 'file',
    phases: phases.value,
    arrivals: all.arrivals,
    buyers: all.buyers,
    products: all.products,
    stock: all.stock,
    perBuyer: all.perBuyer,
    skew: all.skew,
    quantities: all.quantities,
    retries: { share: all.retryShare, max: all.retriesMax, delayMs: all.retryDelayMs },
    doubleClicks: { share: all.duplicateShare, withinMs: DOUBLE_CLICK_MS_MAX },
    again: { share: againShare, delayMs: all.retryDelayMs },
    holds: {
      share: all.holdShare,
      confirmShare: all.confirmShare,
      cancelShare: all.cancelShare,
      holdMs: all.holdMs,
    },
  };
  const problem = problemOf(settings);
  return problem === undefined ? parsed(settings) : refused(problem);
}

/** Why settings cannot be run, if they cannot: also those that were read from a report. */
export function problemOf(settings: LoadSettings): string | undefined {
  const { buyers, products, perBuyer, quantities, holds, phases } = settings;
  if (buyers > BUYERS_MAX) return `${buyers} buyers are more than ${BUYERS_MAX}`;
  if (products > PRODUCTS_MAX) return `${products} products are more than ${PRODUCTS_MAX}`;
  const smallest = Math.min(...quantities.map(({ quantity }) => quantity));
  if (perBuyer !== null && smallest > perBuyer) {
    return `orders of ${smallest} can never pass a limit of ${perBuyer} per buyer`;
  }
  if (holds.confirmShare + holds.cancelShare > 1) {
    return 'the shares of holds that are confirmed and cancelled add up to more than 1';
  }
  return skewProblem(settings.skew, products) ?? rateProblem(phases) ?? sizeProblem(settings);
}

function sizeProblem(settings: LoadSettings): string | undefined {
  const { starts, pending } = expectedLoad(settings);
  if (starts > STARTS_MAX) {
    return `the profile has about ${Math.round(starts)} starts, more than ${STARTS_MAX}: lower the rate or the duration`;
  }
  if (pending > PENDING_MAX) {
    return `about ${Math.round(pending)} follow-ups would be pending at once, more than ${PENDING_MAX}: shorten the holds or the pause before a retry`;
  }
  if (!settings.phases.some((phase) => !phase.isWarmUp && hasStarts(phase))) {
    return 'the profile starts nothing';
  }
  return undefined;
}

function hasStarts({ ratePerSecondFrom, ratePerSecondTo }: Phase): boolean {
  return ratePerSecondFrom > 0 || ratePerSecondTo > 0;
}

function rateProblem(phases: readonly Phase[]): string | undefined {
  const peak = Math.max(...phases.map((phase) => phase.ratePerSecondFrom + phase.ratePerSecondTo));
  if (peak / 2 <= RATE_PER_SECOND_MAX) return undefined;
  return `the profile goes above ${RATE_PER_SECOND_MAX}/s`;
}

function choosePhases(options: LoadOptions): Parsed<readonly Phase[]> {
  const { warmUpMs, ratePerSecond, durationMs, buyers, profile } = { ...DEFAULTS, ...options };
  if (options.phases !== undefined) {
    const peak = Math.max(...options.phases.map((phase) => phase.ratePerSecondFrom));
    return parsed([...warmUp({ warmUpMs, ratePerSecond: peak }), ...options.phases]);
  }
  if (profile === 'flash') return flashPhases(options, { warmUpMs, buyers });
  if (options.windowMs !== undefined) {
    return refused(`a window is for the flash profile, not for ${profile}`);
  }
  const isDefaultSoak = profile === 'soak' && options.durationMs === undefined;
  return parsed(
    phasesOf(profile, {
      ratePerSecond,
      durationMs: isDefaultSoak ? SOAK_MS : durationMs,
      warmUpMs,
      buyers,
    }),
  );
}

function flashPhases(
  options: LoadOptions,
  { warmUpMs, buyers }: { readonly warmUpMs: number; readonly buyers: number },
): Parsed<readonly Phase[]> {
  const { windowMs = FLASH_WINDOW_MS } = options;
  if (options.windowMs !== undefined && options.ratePerSecond !== undefined) {
    return refused('give the window of the flash sale or its rate: one follows from the other');
  }
  const ratePerSecond = options.ratePerSecond ?? buyers / (windowMs / 1000);
  if (ratePerSecond === 0) return refused('the profile starts nothing');
  const spikeMs = (buyers / ratePerSecond) * 1000;
  const durationMs = options.durationMs ?? spikeMs + FLASH_TAIL_MS;
  if (durationMs < spikeMs) {
    const [needed, given] = [Math.ceil(spikeMs), durationMs].map(formatDuration);
    return refused(
      `${buyers} buyers at this rate take ${needed}, longer than ${given}: raise the rate or the duration`,
    );
  }
  return parsed(phasesOf('flash', { ratePerSecond, durationMs, warmUpMs, buyers }));
}
