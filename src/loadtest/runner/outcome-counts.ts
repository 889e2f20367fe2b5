import { FLAG, has } from '../history/flags.ts';
import { invocationAt } from '../history/history.ts';
import type { History } from '../history/history.ts';
import type { Outcome } from '../history/outcome.ts';

/**
 * Answers of a run, without the warm-up and without those that were asked for after it. Each start
 * that was sent is in one of them: with `acceptedLater` taken away, they add up to the starts.
 */
export interface OutcomeCounts {
  /** Orders that were sold, each once however often it was sent; holds that were confirmed. */
  readonly accepted: number;
  /** Of these: found sold by a later answer, because their own was lost; that is among the unknown. */
  readonly acceptedLater: number;
  readonly units: number;
  readonly held: number;
  readonly cancelled: number;
  readonly soldOut: number;
  readonly limited: number;
  /** Refused for another reason: the hold is gone, the pool is closed. */
  readonly refused: number;
  /** Answers that said they had been given before; they are under no other count. */
  readonly replayed: number;
  readonly conflicts: number;
  /** Failed, and nothing was executed. */
  readonly errors: number;
  /** Failed or never came, and may have been executed; asked for again after the run. */
  readonly unknown: number;
}

/** Under which count an answer goes; sales are counted by requests. */
const COUNT_OF: Readonly<Partial<Record<Outcome, keyof OutcomeCounts>>> = {
  held: 'held',
  cancelled: 'cancelled',
  sold_out: 'soldOut',
  limit: 'limited',
  closed: 'refused',
  window: 'refused',
  no_hold: 'refused',
  other: 'refused',
  conflict: 'conflicts',
  error: 'errors',
  unknown: 'unknown',
};

export function countOutcomes(history: History): OutcomeCounts {
  const counts = {
    ...{ accepted: 0, acceptedLater: 0, units: 0, held: 0, cancelled: 0, soldOut: 0, limited: 0 },
    ...{ refused: 0, replayed: 0, conflicts: 0, errors: 0, unknown: 0 },
  };
  const { flags, quantity } = history.requests;
  let soldAtOnce = 0;
  flags.forEach((own, request) => {
    if (has(own, FLAG.warmUp) || !has(own, FLAG.sold)) return;
    counts.accepted += 1;
    counts.units += quantity[request] ?? 0;
  });
  for (let row = 0; row < history.size; row += 1) {
    const { request, kind, outcome, isReplay } = invocationAt(history, row);
    if (kind === 'resolve' || has(flags[request] ?? 0, FLAG.warmUp)) continue;
    const name = isReplay ? 'replayed' : COUNT_OF[outcome];
    if (name !== undefined) counts[name] += 1;
    if (outcome === 'accepted' && !isReplay) soldAtOnce += 1;
  }
  return { ...counts, acceptedLater: Math.max(0, counts.accepted - soldAtOnce) };
}
