import { startsOf } from '../profile/phase.ts';
import type { LoadSettings } from './settings.ts';

export interface ExpectedLoad {
  /** Starts of the whole plan, on average. */
  readonly starts: number;
  /** Request ids that it needs. */
  readonly requests: number;
  /** Follow-ups that are planned and not yet due, at the highest rate: what the plan keeps in memory. */
  readonly pending: number;
}

/** How large the plan will be, before it is drawn. */
export function expectedLoad(settings: LoadSettings): ExpectedLoad {
  const { phases, retries, doubleClicks, again, holds } = settings;
  const firsts = phases.reduce((sum, phase) => sum + startsOf(phase), 0);
  const peak = Math.max(
    0,
    ...phases.map(({ ratePerSecondFrom, ratePerSecondTo }) =>
      Math.max(ratePerSecondFrom, ratePerSecondTo),
    ),
  );
  const triesEach = (1 + again.share) * sumOfPowers(retries.share, retries.max);
  const decided = holds.share * (holds.confirmShare + holds.cancelShare);
  const startsEach = triesEach * (1 + doubleClicks.share + decided);
  const followUpsEach = retries.share + again.share + doubleClicks.share + decided;
  const pendingMsEach =
    retries.share * retries.delayMs +
    again.share * again.delayMs +
    doubleClicks.share * doubleClicks.withinMs +
    decided * holds.holdMs;
  return {
    starts: firsts * startsEach,
    requests: firsts * triesEach,
    pending: triesEach * Math.min((peak * pendingMsEach) / 1000, firsts * followUpsEach),
  };
}

/** 1 + x + x² + … + x^max */
function sumOfPowers(x: number, max: number): number {
  let sum = 0;
  for (let power = 0; power <= max; power += 1) sum += x ** power;
  return sum;
}
