import { FLAG, has, mayBeSold } from '../history/flags.ts';
import { isTakeAt, outcomeAt } from '../history/history.ts';
import type { History } from '../history/history.ts';

/** From when until when a request can have had its units, at the widest. */
export interface Holdings {
  /** By request: the first start of its order or hold; Infinity when there was none. */
  readonly askedMs: Float64Array;
  /** By request: when its units were back for sale at the latest; Infinity when they never were. */
  readonly releasedMs: Float64Array;
  /** Whether it had units at any time, or may have had them. */
  readonly isTaker: (request: number) => boolean;
}

/**
 * @param holdMs how long a hold lasts
 * @param graceMs how long after its deadline the system may take to give its units back
 */
export function holdingsOf(
  history: History,
  { holdMs, graceMs }: { readonly holdMs: number; readonly graceMs: number },
): Holdings {
  const { requests, invocations, size } = history;
  const { length } = requests.flags;
  const askedMs = new Float64Array(length).fill(Infinity);
  const expiresMs = new Float64Array(length);
  const cancelledMs = new Float64Array(length).fill(Infinity);
  /** Held, and gone before anybody was told: the answer was lost, or came when the hold was over. */
  const isLapsed = new Uint8Array(length);
  for (let row = 0; row < size; row += 1) {
    const request = invocations.request[row] ?? 0;
    const answeredMs = invocations.answeredMs[row] ?? Infinity;
    if (isTakeAt(invocations, row)) {
      const startedMs = invocations.startedMs[row] ?? 0;
      askedMs[request] = Math.min(askedMs[request] ?? 0, startedMs);
    }
    const outcome = outcomeAt(invocations, row);
    if (outcome === 'held') {
      expiresMs[request] = Math.max(expiresMs[request] ?? 0, answeredMs + holdMs + graceMs);
    }
    if (outcome === 'no_hold' && isTakeAt(invocations, row)) {
      isLapsed[request] = 1;
      expiresMs[request] = Math.max(expiresMs[request] ?? 0, answeredMs + graceMs);
    }
    if (outcome === 'cancelled') {
      cancelledMs[request] = Math.min(cancelledMs[request] ?? 0, answeredMs);
    }
  }
  const releasedMs = new Float64Array(length).fill(Infinity);
  requests.flags.forEach((flags, request) => {
    if (mayBeSold(flags)) return;
    const wasHeld = has(flags, FLAG.held) || isLapsed[request] === 1;
    const expiry = wasHeld ? (expiresMs[request] ?? Infinity) : Infinity;
    releasedMs[request] = Math.min(cancelledMs[request] ?? Infinity, expiry);
  });
  return {
    askedMs,
    releasedMs,
    isTaker: (request) => {
      const flags = requests.flags[request] ?? 0;
      const isHeld = has(flags, FLAG.held | FLAG.cancelled) || isLapsed[request] === 1;
      return has(flags, FLAG.sent) && (isHeld || mayBeSold(flags));
    },
  };
}
