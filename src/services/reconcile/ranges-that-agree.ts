import type { LedgerTail } from '../../domain/reconcile/ledger-tail.ts';
import { drawWeightSeed, weightOf } from '../../domain/reconcile/place-weight.ts';
import type { WeightSeed } from '../../domain/reconcile/place-weight.ts';
import type { LedgerSnapshot, ProductRange } from '../../ports/reconcile-books.ts';

/** Products that one statement compares: the bound on its time, and on the rows it may return. */
const PRODUCTS_AT_ONCE = 20_000;

/** Ranges lie side by side wherever products begin, so that a product tells its own. */
export function rangeOf(productId: number): ProductRange {
  const from = Math.floor(productId / PRODUCTS_AT_ONCE) * PRODUCTS_AT_ONCE;
  return { from, to: from + PRODUCTS_AT_ONCE - 1 };
}

/**
 * Ranges of products in which every unit agrees, by sums in which each counts with the weight of its
 * place: nothing in them needs to be compared one by one.
 */
export class RangesThatAgree {
  readonly #seed: WeightSeed;
  readonly #moved = new Map<number, bigint>();
  readonly #agreed = new Set<number>();

  /** @param random a number in [0, 1) */
  constructor(tail: LedgerTail, random: () => number) {
    this.#seed = drawWeightSeed(random);
    for (const sum of tail.values()) {
      const { from } = rangeOf(sum.productId);
      const moved = BigInt(sum.quantity) * weightOf(this.#seed, sum);
      this.#moved.set(from, (this.#moved.get(from) ?? 0n) + moved);
    }
  }

  /** @returns how many stock rows there are, and whether all of them agree with seals, tail and pools */
  async look(
    snapshot: LedgerSnapshot,
    range: ProductRange,
  ): Promise<{ readonly isAgreed: boolean; readonly stockRows: number }> {
    const sums = await snapshot.weightedSums(range, this.#seed);
    const isAgreed =
      sums.onHand === sums.sealed + (this.#moved.get(range.from) ?? 0n) &&
      sums.reserved === sums.promised &&
      sums.beyondLimits === 0;
    if (isAgreed) this.#agreed.add(range.from);
    return { isAgreed, stockRows: sums.stockRows };
  }

  has(productId: number): boolean {
    return this.#agreed.has(rangeOf(productId).from);
  }
}
