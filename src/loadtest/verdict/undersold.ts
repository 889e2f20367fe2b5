import type { ProductFacts } from '../../ports/load-books.ts';
import { outcomeAt } from '../history/history.ts';
import type { History } from '../history/history.ts';
import type { Holdings } from './holdings.ts';

/**
 * Refusals for want of units, while so many units were left that one bucket must have had enough.
 * Units count as gone from the first moment at which somebody who got them asked, and as back only
 * after the last at which they can have come back: whatever is found was refused in the wrong.
 * @returns rows of the history
 */
export function wronglySoldOut(
  history: History,
  holdings: Holdings,
  products: readonly ProductFacts[],
): readonly number[] {
  const refusals = refusalsOf(history);
  const takers = takersOf(history, holdings);
  const answeredAt = (row: number): number => history.invocations.answeredMs[row] ?? 0;
  const askedAt = (row: number): number => holdings.askedMs[requestAt(history, row)] ?? 0;
  const taken = unitsBefore(history, {
    requests: takers,
    eventMs: holdings.askedMs,
    rows: refusals,
    momentOf: answeredAt,
  });
  const back = unitsBefore(history, {
    requests: takers,
    eventMs: holdings.releasedMs,
    rows: refusals,
    momentOf: askedAt,
  });
  const factsOf = new Map(products.map((facts) => [facts.product, facts]));
  return [...refusals].filter((row) => {
    const request = requestAt(history, row);
    const facts = factsOf.get(history.requests.product[request] ?? 0);
    if (facts === undefined) return false;
    const left = facts.forSale - (taken.get(row) ?? 0) + (back.get(row) ?? 0);
    const quantity = history.requests.quantity[request] ?? 0;
    // With fewer, the units may lie in several buckets, none of which has enough for the order.
    return left >= facts.buckets * (quantity - 1) + 1;
  });
}

/** Rows that were refused as sold out by a decision of their own, not the replay of an older one. */
function refusalsOf(history: History): Uint32Array {
  const { invocations, size } = history;
  const rows: number[] = [];
  for (let row = 0; row < size; row += 1) {
    if (outcomeAt(invocations, row) === 'sold_out' && invocations.isReplay[row] === 0) {
      rows.push(row);
    }
  }
  return Uint32Array.from(rows);
}

function takersOf({ requests }: History, { isTaker }: Holdings): Uint32Array {
  const takers: number[] = [];
  for (let request = 0; request < requests.flags.length; request += 1) {
    if (isTaker(request)) takers.push(request);
  }
  return Uint32Array.from(takers);
}

/** For each row: units of its product whose event came before its moment. One sweep over both, by time. */
function unitsBefore(
  history: History,
  sweep: {
    readonly requests: Uint32Array;
    readonly eventMs: Float64Array;
    readonly rows: Uint32Array;
    readonly momentOf: (row: number) => number;
  },
): ReadonlyMap<number, number> {
  const { eventMs, momentOf } = sweep;
  const { product, quantity } = history.requests;
  const events = Uint32Array.from(sweep.requests).sort(
    (a, b) => (eventMs[a] ?? 0) - (eventMs[b] ?? 0) || a - b,
  );
  const rows = Uint32Array.from(sweep.rows).sort((a, b) => momentOf(a) - momentOf(b));
  const units = new Map<number, number>();
  const found = new Map<number, number>();
  let at = 0;
  for (const row of rows) {
    const moment = momentOf(row);
    for (; at < events.length; at += 1) {
      const request = events[at] ?? 0;
      if ((eventMs[request] ?? Infinity) >= moment) break;
      const of = product[request] ?? 0;
      units.set(of, (units.get(of) ?? 0) + (quantity[request] ?? 0));
    }
    found.set(row, units.get(product[requestAt(history, row)] ?? 0) ?? 0);
  }
  return found;
}

function requestAt({ invocations }: History, row: number): number {
  return invocations.request[row] ?? 0;
}
