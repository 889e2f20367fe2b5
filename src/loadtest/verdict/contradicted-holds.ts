import { FLAG, has } from '../history/flags.ts';
import { invocationAt } from '../history/history.ts';
import type { History, Invocation } from '../history/history.ts';

/** Holds that were refused while they lasted: before their time was up and before anybody ended them. */
export function contradictedHolds(history: History, holdMs: number): ReadonlySet<number> {
  const { flags } = history.requests;
  const suspects = new Set<number>();
  flags.forEach((own, request) => {
    const isMixed = has(own, FLAG.held) && has(own, FLAG.refused | FLAG.decisionRefused);
    if (has(own, FLAG.hold) && isMixed) suspects.add(request);
  });
  if (suspects.size === 0) return suspects;
  const lasts = new Map<number, { fromMs: number; untilMs: number }>();
  const rows = rowsOf(history, suspects);
  for (const { request, outcome, action, startedMs, answeredMs } of rows) {
    const span = lasts.get(request) ?? { fromMs: Infinity, untilMs: Infinity };
    if (outcome === 'held') span.fromMs = Math.min(span.fromMs, answeredMs);
    // The deadline counts from when the system decided: after the first start, whose answer may be lost.
    const isUnheard = action === 'hold' && outcome === 'unknown';
    if (outcome === 'held' || isUnheard) {
      span.untilMs = Math.min(span.untilMs, startedMs + holdMs);
    }
    if (action === 'cancel') span.untilMs = Math.min(span.untilMs, startedMs);
    lasts.set(request, span);
  }
  const isWrong = new Set<number>();
  for (const { request, outcome, startedMs, answeredMs } of rows) {
    const span = lasts.get(request);
    const isRefused = outcome === 'sold_out' || outcome === 'no_hold' || outcome === 'limit';
    if (!isRefused || span === undefined) continue;
    if (startedMs > span.fromMs && answeredMs < span.untilMs) isWrong.add(request);
  }
  return isWrong;
}

function rowsOf(history: History, requests: ReadonlySet<number>): readonly Invocation[] {
  const rows: Invocation[] = [];
  for (let row = 0; row < history.size; row += 1) {
    if (requests.has(history.invocations.request[row] ?? 0)) rows.push(invocationAt(history, row));
  }
  return rows;
}
