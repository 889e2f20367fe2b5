/** One movement behind the sealed ones. */
export interface TailMovement {
  readonly id: number;
  readonly productId: number;
  readonly locationId: number;
  readonly quantity: number;
  readonly onHandAfter: number;
}

/** What the movements behind the seal come to, at one place. */
export interface TailSum {
  readonly productId: number;
  readonly locationId: number;
  quantity: number;
  /** What the first of them says was there before it: what the seal must say. */
  readonly before: number;
  /** What the last of them says is there. */
  after: number;
  /** The first movement that does not go on from the one before it. */
  brokenId: number | null;
}

/**
 * Sums of the movements behind the seal, by place; a number of keys that stays bounded, because a ledger
 * with more of them is read from its first row instead.
 */
export class LedgerTail {
  readonly #sums = new Map<string, TailSum>();

  get size(): number {
    return this.#sums.size;
  }

  /** In the order of ids, which at one place is the order of booking: the stock row is locked meanwhile. */
  add({ id, productId, locationId, quantity, onHandAfter }: TailMovement): void {
    const key = keyOf(productId, locationId);
    const sum = this.#sums.get(key);
    if (sum === undefined) {
      const before = onHandAfter - quantity;
      const first = { productId, locationId, quantity, before, after: onHandAfter, brokenId: null };
      this.#sums.set(key, first);
      return;
    }
    if (sum.after + quantity !== onHandAfter) sum.brokenId ??= id;
    sum.quantity += quantity;
    sum.after = onHandAfter;
  }

  find(productId: number, locationId: number): TailSum | undefined {
    return this.#sums.get(keyOf(productId, locationId));
  }

  values(): IterableIterator<TailSum> {
    return this.#sums.values();
  }
}

function keyOf(productId: number, locationId: number): string {
  return `${productId}:${locationId}`;
}
