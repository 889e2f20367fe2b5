import type { JsonObject } from '../../lib/json.ts';
import type { ProductFacts } from '../../ports/load-books.ts';
import { sumOver } from './evidence.ts';
import type { Case } from './evidence.ts';
import { OFFENDERS_MAX, result } from './invariant.ts';
import type { InvariantResult } from './invariant.ts';

/** I7: what left the shelf is what the ledger says, and every pool adds up. */
export function judgeConservation({ settings, facts, books }: Case): InvariantResult {
  const offenders = facts.products.flatMap((product) => {
    const problems = imbalances(product, books.unitsOfProduct[product.product] ?? 0);
    return problems.length === 0 ? [] : [{ sku: product.sku, problems }];
  });
  const gone = sumOver(facts.products, ({ stock }) => stock.onHandBefore - stock.onHandAfter);
  const booked = books.unitsOfProduct.reduce((sum, units) => sum + units, 0);
  // The product of the warm-up comes after those for sale.
  const warmUp = books.unitsOfProduct[settings.products] ?? 0;
  return result('I7', offenders.length === 0, {
    summary: `${gone} units left the shelf, ${booked} are booked${warmUp === 0 ? '' : ` (${warmUp} in the warm-up)`}; ${offenders.length} products do not add up`,
    gone,
    booked,
    warm_up: warmUp,
    offenders: offenders.slice(0, OFFENDERS_MAX),
  });
}

function imbalances(product: ProductFacts, booked: number): readonly string[] {
  const { stock, pool, gate } = product;
  const sums: (readonly [what: string, left: number, right: number])[] = [
    ['on hand before - booked = on hand after', stock.onHandBefore - booked, stock.onHandAfter],
  ];
  if (pool !== null) {
    const settled = pool.sold + pool.returned + pool.duplicates;
    sums.push(
      ['sold + returned + duplicates = settled', settled, pool.settledCum],
      [
        'outstanding + quarantine = reserved',
        pool.delegated - pool.settledCum + pool.quarantine,
        stock.reservedAfter,
      ],
    );
  }
  if (gate !== null) {
    sums.push([
      'avail + held + cum = delegated',
      gate.avail + gate.held + gate.cum,
      gate.delegated,
    ]);
  }
  const problems = sums
    .filter(([, left, right]) => left !== right)
    .map(([what, left, right]) => `${what}: ${left} against ${right}`);
  return gate?.isSound === false ? [...problems, 'Redis calls the pool unsound'] : problems;
}

/** I8: Redis and MySQL name the same numbers, and nothing is on its way. */
export function judgeAgreement({ facts }: Case): InvariantResult {
  const withPool = facts.products.filter(({ pool, gate }) => pool !== null || gate !== null);
  const offenders = withPool.flatMap((product) => {
    const { pool, gate } = product;
    const isAgreed =
      pool !== null &&
      gate !== null &&
      pool.delegated === gate.delegated &&
      pool.settledCum === gate.cum;
    return isAgreed ? [] : [{ sku: product.sku, ...differenceOf(product) }];
  });
  const isQuiet = facts.unsettled === 0 && facts.parked === 0;
  const evidence: JsonObject = {
    summary: `${withPool.length} pools compared, ${offenders.length} differ; ${facts.unsettled} events unsettled, ${facts.parked} parked`,
    pools: withPool.length,
    unsettled: facts.unsettled,
    parked: facts.parked,
    offenders: offenders.slice(0, OFFENDERS_MAX),
  };
  const applies = withPool.length > 0;
  return result('I8', offenders.length === 0 && isQuiet, evidence, applies);
}

function differenceOf({ pool, gate }: ProductFacts): JsonObject {
  return {
    mysql: pool === null ? null : { delegated: pool.delegated, settled: pool.settledCum },
    redis: gate === null ? null : { delegated: gate.delegated, sold: gate.cum },
  };
}

/** I9: no count of any store, no row and no answer was below zero. */
export function judgeNegative({ facts, books, remainingMin }: Case): InvariantResult {
  const offenders: JsonObject[] = facts.products.flatMap((product) => {
    const levels = levelsOf(product).filter(([, level]) => level < 0);
    return levels.length === 0 ? [] : [{ sku: product.sku, ...Object.fromEntries(levels) }];
  });
  const negativeRows = books.negative.count();
  const isRemainingNegative = remainingMin !== null && remainingMin < 0;
  return result('I9', offenders.length === 0 && negativeRows === 0 && !isRemainingNegative, {
    summary: `${offenders.length} products and ${negativeRows} rows below zero; the least units that an answer named: ${remainingMin ?? 'none'}`,
    rows: negativeRows,
    remaining_min: remainingMin,
    offenders: [
      ...offenders,
      ...books.negative.first().map(({ requestId, onHandAfter }) => ({
        request_id: requestId,
        on_hand_after: onHandAfter,
      })),
    ].slice(0, OFFENDERS_MAX),
  });
}

function levelsOf({ stock, pool, gate }: ProductFacts): readonly (readonly [string, number])[] {
  return [
    ['on_hand', stock.onHandAfter],
    ['reserved', stock.reservedAfter],
    ['sellable', stock.onHandAfter - stock.reservedAfter],
    ...(pool === null ? [] : ([['outstanding', pool.delegated - pool.settledCum]] as const)),
    ...(gate === null
      ? []
      : ([
          ['avail', gate.avail],
          ['held', gate.held],
        ] as const)),
  ];
}
