import type { Random } from '../random/random.ts';
import type { StartKind } from './planned-start.ts';
import type { LoadSettings } from './settings.ts';

/** What may follow a try; the order is that in which it is drawn. */
export const FOLLOW_UP_KINDS = [
  'double',
  'retry',
  'again',
  'confirm',
  'cancel',
] as const satisfies readonly Exclude<StartKind, 'first'>[];
export type FollowUpKind = (typeof FOLLOW_UP_KINDS)[number];

/** A try that follow-ups are drawn for. */
export interface Try {
  readonly kind: 'first' | 'again' | 'retry';
  readonly isHold: boolean;
  /** Retries that came before it in its chain. */
  readonly retries: number;
}

/** A second click is felt as one and takes a hand this long. */
const DOUBLE_CLICK_MS_MIN = 20;
/** Longest pause, in means: what an exponential distribution exceeds once in 3,000 draws. */
const DELAYS_MAX = 8;
/** A hold is decided in the first part of its time, so that it is not lost to a slow answer. */
const DECIDED_WITHIN_SHARE = 0.8;

/**
 * Draws what a buyer will do after a try; whether he does it depends on the answer, when it is known.
 * @returns the pause before each of FOLLOW_UP_KINDS in milliseconds, NaN for what will not be. The
 * array is the same every time: this runs for each start, and garbage is pauses of the generator.
 */
export function createFollowUps(
  { retries, doubleClicks, again, holds }: LoadSettings,
  random: Random,
): (attempt: Try) => Float64Array {
  const pauses = new Float64Array(FOLLOW_UP_KINDS.length);
  const happens = (share: number): boolean => share > 0 && random.unit() < share;
  const pause = (meanMs: number): number =>
    Math.min(DELAYS_MAX, -Math.log(1 - random.unit())) * meanMs;

  function doublePause(): number {
    if (!happens(doubleClicks.share)) return Number.NaN;
    return DOUBLE_CLICK_MS_MIN + random.unit() * (doubleClicks.withinMs - DOUBLE_CLICK_MS_MIN);
  }

  return ({ kind, isHold, retries: tried }) => {
    const isRetried = tried < retries.max && happens(retries.share);
    pauses[0] = doublePause();
    pauses[1] = isRetried ? pause(retries.delayMs) : Number.NaN;
    pauses[2] = kind === 'first' && happens(again.share) ? pause(again.delayMs) : Number.NaN;
    const fate = isHold ? random.unit() : 1;
    const decidedMs = isHold ? random.unit() * holds.holdMs * DECIDED_WITHIN_SHARE : 0;
    const isConfirmed = fate < holds.confirmShare;
    const isCancelled = !isConfirmed && fate < holds.confirmShare + holds.cancelShare;
    pauses[3] = isHold && isConfirmed ? decidedMs : Number.NaN;
    pauses[4] = isHold && isCancelled ? decidedMs : Number.NaN;
    return pauses;
  };
}
