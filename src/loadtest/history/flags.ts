import type { LoadAction } from '../../ports/load-target.ts';
import { isRefusal } from './outcome.ts';
import type { Outcome } from './outcome.ts';

/** What became of a request over all its starts: one bit each. */
export const FLAG = {
  /** At least one start was sent. */
  sent: 1 << 0,
  /** Answered as sold: an order accepted, a hold confirmed. */
  sold: 1 << 1,
  held: 1 << 2,
  cancelled: 1 << 3,
  /** The order or hold itself got nothing. */
  refused: 1 << 4,
  /** A confirmation or cancellation found no hold. */
  decisionRefused: 1 << 5,
  conflict: 1 << 6,
  /** Some answer to the order or hold was lost. */
  unknown: 1 << 7,
  confirmUnknown: 1 << 8,
  cancelUnknown: 1 << 9,
  /** Failed for sure without effect. */
  error: 1 << 10,
  /** Sold by an answer that was no replay. */
  freshlySold: 1 << 11,
  /** … and again. */
  soldTwice: 1 << 12,
  warmUp: 1 << 13,
  /** Refused because the buyer had his share. */
  limited: 1 << 14,
  soldOut: 1 << 15,
  /** The request is a hold, not an order. */
  hold: 1 << 16,
} as const;

export function has(flags: number, flag: number): boolean {
  return (flags & flag) !== 0;
}

/** The request's flags after one more answer. */
export function withAnswer(
  flags: number,
  answer: { readonly action: LoadAction; readonly outcome: Outcome; readonly isReplay: boolean },
): number {
  const { action, outcome, isReplay } = answer;
  const isTake = action === 'order' || action === 'hold';
  if (isRefusal(outcome)) return flags | (isTake ? refusal(outcome) : FLAG.decisionRefused);
  switch (outcome) {
    case 'accepted': {
      if (isReplay) return flags | FLAG.sold;
      const twice = has(flags, FLAG.freshlySold) ? FLAG.soldTwice : 0;
      return flags | FLAG.sold | FLAG.freshlySold | twice;
    }
    case 'held':
      return flags | FLAG.held;
    case 'cancelled':
      return flags | FLAG.cancelled;
    case 'conflict':
      return flags | FLAG.conflict;
    case 'error':
      return flags | FLAG.error;
    case 'unknown':
      return flags | unknownFlag(action);
    default:
      return flags;
  }
}

/** A start whose answer was lost and which no later answer explains. */
export function unresolvedAction(flags: number): LoadAction | 'take' | undefined {
  const isDecided = has(flags, FLAG.sold | FLAG.cancelled);
  const isTaken = isDecided || has(flags, FLAG.held | FLAG.refused | FLAG.conflict);
  if (has(flags, FLAG.unknown) && !isTaken) return 'take';
  const isOver = isDecided || has(flags, FLAG.decisionRefused);
  if (has(flags, FLAG.confirmUnknown) && !isOver) return 'confirm';
  if (has(flags, FLAG.cancelUnknown) && !isOver) return 'cancel';
  return undefined;
}

/** Whether the request has the units for sure, or may have them. */
export function mayBeSold(flags: number): boolean {
  const unresolved = unresolvedAction(flags);
  return has(flags, FLAG.sold) || unresolved === 'take' || unresolved === 'confirm';
}

function refusal(outcome: Outcome): number {
  const reason = outcome === 'limit' ? FLAG.limited : outcome === 'sold_out' ? FLAG.soldOut : 0;
  return FLAG.refused | reason;
}

function unknownFlag(action: LoadAction): number {
  if (action === 'confirm') return FLAG.confirmUnknown;
  return action === 'cancel' ? FLAG.cancelUnknown : FLAG.unknown;
}
