import { InvError } from '../../lib/errors.ts';
import type { LoadAnswer } from '../../ports/load-target.ts';

/** What one start came to. Positions are what histories hold, so new ones go to the end. */
export const OUTCOMES = [
  /** No answer yet. */
  'pending',
  'accepted',
  'held',
  'cancelled',
  'sold_out',
  'limit',
  'closed',
  'window',
  'no_hold',
  'other',
  'conflict',
  /** It failed, and nothing was executed. */
  'error',
  /** It failed or never came back, and may have been executed. */
  'unknown',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

const REFUSALS: ReadonlySet<Outcome> = new Set([
  'sold_out',
  'limit',
  'closed',
  'window',
  'no_hold',
  'other',
]);

export function isRefusal(outcome: Outcome): boolean {
  return REFUSALS.has(outcome);
}

export function outcomeOf(answer: LoadAnswer): Outcome {
  return answer.status === 'refused' ? answer.reason : answer.status;
}

/**
 * What a failure says of the request: some exit codes promise that nothing was
 * executed (`inv help exit-codes`); anything else, also a bug, may have happened half way.
 */
export function outcomeOfFailure(failure: unknown): 'error' | 'unknown' {
  if (!(failure instanceof InvError)) return 'unknown';
  const { exitCode } = failure;
  const isPromise = (exitCode >= 2 && exitCode <= 5) || [69, 77, 78].includes(exitCode);
  return isPromise ? 'error' : 'unknown';
}
