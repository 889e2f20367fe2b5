import { FLAG, has } from '../history/flags.ts';
import { describeRequests } from './evidence.ts';
import type { Case } from './evidence.ts';
import { holdingsOf } from './holdings.ts';
import { createOffenders, OFFENDERS_MAX, result } from './invariant.ts';
import type { InvariantResult } from './invariant.ts';

/** I5: by answers and by books, nobody has more than his limit; and nobody below it was refused for it. */
export function judgeBuyers(subject: Case): InvariantResult {
  const { history, settings, books } = subject;
  const { requests } = history;
  const limit = settings.perBuyer ?? Infinity;
  const { isTaker } = holdingsOf(history, { holdMs: settings.holds.holdMs, graceMs: 0 });
  const acknowledged = new Map<number, number>();
  const booked = new Map<number, number>();
  const everTaken = new Map<number, number>();
  const keyOf = (request: number): number =>
    (requests.buyer[request] ?? 0) * PRODUCTS_MAX + (requests.product[request] ?? 0);
  const addTo = (units: Map<number, number>, request: number, quantity: number): void => {
    const key = keyOf(request);
    units.set(key, (units.get(key) ?? 0) + quantity);
  };
  requests.flags.forEach((flags, request) => {
    const quantity = requests.quantity[request] ?? 0;
    const inBooks = books.units[request] ?? 0;
    if (has(flags, FLAG.sold)) addTo(acknowledged, request, quantity);
    if (isTaker(request)) addTo(everTaken, request, quantity);
    if (inBooks > 0) addTo(booked, request, inBooks);
  });
  const above = createOffenders<number>();
  const below = createOffenders<number>();
  const seen = new Set<number>();
  requests.flags.forEach((flags, request) => {
    const key = keyOf(request);
    const most = Math.max(acknowledged.get(key) ?? 0, booked.get(key) ?? 0);
    if (most > limit && !seen.has(key)) above.add(request);
    if (most > limit) seen.add(key);
    const quantity = requests.quantity[request] ?? 0;
    const isStopped = has(flags, FLAG.limited) && !has(flags, FLAG.sold);
    if (isStopped && (everTaken.get(key) ?? 0) + quantity <= limit) below.add(request);
  });
  return result(
    'I5',
    above.count() === 0 && below.count() === 0,
    {
      summary: `${acknowledged.size} buyers of a product, ${above.count()} above their limit, ${below.count()} refused below it`,
      per_buyer: settings.perBuyer,
      most_units: largest(acknowledged.values()),
      above: above.count(),
      refused_below: below.count(),
      offenders: describeRequests(subject, [...above.first(), ...below.first()]).slice(
        0,
        OFFENDERS_MAX,
      ),
    },
    settings.perBuyer !== null,
  );
}

function largest(values: Iterable<number>): number {
  let most = 0;
  for (const value of values) most = Math.max(most, value);
  return most;
}

/** Keys of buyer and product in one number: 10 million buyers times 100,001 products is below 2^53. */
const PRODUCTS_MAX = 1_000_000;
