import type { JsonObject } from '../../lib/json.ts';
import type { LoadFacts, ProductFacts, SettledRow } from '../../ports/load-books.ts';
import { invocationAt } from '../history/history.ts';
import type { History } from '../history/history.ts';
import type { LoadIds } from '../workload/ids.ts';
import type { LoadSettings } from '../workload/settings.ts';
import type { SettledBooks } from './books-tally.ts';

/** Everything the verdict is reached from: the generator's history against both stores. */
export interface Case {
  readonly settings: LoadSettings;
  readonly history: History;
  readonly ids: LoadIds;
  readonly books: SettledBooks;
  readonly facts: LoadFacts;
  /** Least units left that any answer or reading named; null when none did. */
  readonly remainingMin: number | null;
}

const ANSWERS_SHOWN_MAX = 8;

/** Requests as evidence: what was asked, every answer it got, and what the books have of it. */
export function describeRequests(
  { history, ids, books, facts }: Case,
  requests: readonly number[],
): readonly JsonObject[] {
  const answers = answersOf(history, requests);
  const { buyer, product, quantity } = history.requests;
  return requests.map((request) => ({
    request_id: ids.request(request),
    buyer: ids.buyer(buyer[request] ?? 0),
    sku: skuOf(facts, product[request] ?? 0),
    quantity: quantity[request] ?? 0,
    answers: answers.get(request) ?? [],
    booked: { rows: books.postings[request] ?? 0, units: books.units[request] ?? 0 },
  }));
}

export function describeRow(facts: LoadFacts, row: SettledRow): JsonObject {
  return {
    request_id: row.requestId,
    sku: skuOf(facts, row.product),
    quantity: row.quantity,
    on_hand_after: row.onHandAfter,
  };
}

function skuOf({ products }: LoadFacts, product: number): string {
  return products.find((facts) => facts.product === product)?.sku ?? `product ${product}`;
}

export function sumOver(
  products: readonly ProductFacts[],
  of: (facts: ProductFacts) => number,
): number {
  return products.reduce((sum, facts) => sum + of(facts), 0);
}

function answersOf(
  history: History,
  requests: readonly number[],
): ReadonlyMap<number, readonly JsonObject[]> {
  const answers = new Map<number, JsonObject[]>(requests.map((request) => [request, []]));
  if (answers.size === 0) return answers;
  for (let row = 0; row < history.size; row += 1) {
    const found = answers.get(history.invocations.request[row] ?? 0);
    if (found === undefined || found.length >= ANSWERS_SHOWN_MAX) continue;
    const { kind, action, outcome, isReplay, startedMs, answeredMs } = invocationAt(history, row);
    found.push({
      kind,
      action,
      outcome,
      replayed: isReplay,
      at_ms: rounded(startedMs),
      took_ms: Number.isNaN(answeredMs) ? null : rounded(answeredMs - startedMs),
    });
  }
  return answers;
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
