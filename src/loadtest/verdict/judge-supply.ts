import type { ProductFacts } from '../../ports/load-books.ts';
import { FLAG, has } from '../history/flags.ts';
import { describeRequests, sumOver } from './evidence.ts';
import type { Case } from './evidence.ts';
import { holdingsOf } from './holdings.ts';
import { OFFENDERS_MAX, result } from './invariant.ts';
import type { InvariantResult } from './invariant.ts';
import { wronglySoldOut } from './undersold.ts';

/** I1: neither what was acknowledged nor what was booked is more than there was. */
export function judgeOversold(subject: Case): InvariantResult {
  const { facts, books } = subject;
  const acknowledged = acknowledgedUnits(subject);
  const rows = facts.products.map((product) => ({
    sku: product.sku,
    for_sale: product.forSale,
    acknowledged: acknowledged[product.product] ?? 0,
    booked: books.unitsOfProduct[product.product] ?? 0,
    short: product.pool?.short ?? 0,
  }));
  const oversold = rows.map((row) => ({ ...row, oversold: oversoldOf(row) }));
  const offenders = oversold.filter((row) => row.oversold > 0);
  const units = oversold.reduce((sum, row) => sum + row.oversold, 0);
  return result('I1', units === 0, {
    summary: `${units} units oversold of ${sumOver(facts.products, ({ forSale }) => forSale)} for sale`,
    oversold: units,
    products: facts.products.length,
    offenders: offenders.slice(0, OFFENDERS_MAX),
  });
}

function oversoldOf(row: {
  readonly for_sale: number;
  readonly acknowledged: number;
  readonly booked: number;
  readonly short: number;
}): number {
  return Math.max(row.acknowledged - row.for_sale, row.booked - row.for_sale, row.short, 0);
}

/** I2: nobody was told "sold out" while there was enough for him. */
export function judgeUndersold(subject: Case): InvariantResult {
  const { history, settings, facts } = subject;
  const holdings = holdingsOf(history, { holdMs: settings.holds.holdMs, graceMs: HOLD_GRACE_MS });
  const rows = wronglySoldOut(history, holdings, facts.products);
  const requests = [...new Set(rows.map((row) => history.invocations.request[row] ?? 0))];
  const acknowledged = acknowledgedUnits(subject);
  const left = facts.products.map((product) => leftOf(product, acknowledged));
  const undersold = undersoldUnits(subject, requests, left);
  return result('I2', requests.length === 0, {
    summary: `${requests.length} requests refused as sold out while units were left; ${left.reduce((sum, units) => sum + units, 0)} units unsold in the end`,
    undersold,
    refused_while_left: requests.length,
    unsold: left.reduce((sum, units) => sum + units, 0),
    offenders: describeRequests(subject, requests.slice(0, OFFENDERS_MAX)),
  });
}

/** How long after its deadline a hold's units may be away: the worker looks for them now and then. */
const HOLD_GRACE_MS = 5_000;

function leftOf(product: ProductFacts, acknowledged: Float64Array): number {
  return Math.max(0, product.forSale - (acknowledged[product.product] ?? 0));
}

/** Units that were left and asked for: of each product, the lesser of the two. */
function undersoldUnits(
  { facts, history }: Case,
  requests: readonly number[],
  left: readonly number[],
): number {
  const wanted = new Map<number, number>();
  for (const request of requests) {
    const product = history.requests.product[request] ?? 0;
    const quantity = history.requests.quantity[request] ?? 0;
    wanted.set(product, (wanted.get(product) ?? 0) + quantity);
  }
  return facts.products.reduce(
    (sum, { product }, index) => sum + Math.min(left[index] ?? 0, wanted.get(product) ?? 0),
    0,
  );
}

/** Units by product that buyers were told are theirs. */
function acknowledgedUnits({ history, facts }: Case): Float64Array {
  const { flags, product, quantity } = history.requests;
  const last = facts.products.reduce((most, one) => Math.max(most, one.product), 0);
  const units = new Float64Array(last + 1);
  flags.forEach((own, request) => {
    if (!has(own, FLAG.sold)) return;
    const of = product[request] ?? 0;
    units[of] = (units[of] ?? 0) + (quantity[request] ?? 0);
  });
  return units;
}
