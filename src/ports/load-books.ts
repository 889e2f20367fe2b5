/** One line that MySQL's ledger has of a product of the run, beyond what stocked it. */
export interface SettledRow {
  readonly requestId: string;
  /** Index of the product, from 0. */
  readonly product: number;
  /** Units that left, positive; 0 for a recorded NO (void). */
  readonly quantity: number;
  /** On hand after it, where the ledger has it. */
  readonly onHandAfter: number | null;
}

/** What MySQL and Redis say of one product once the run is drained and settled. */
export interface ProductFacts {
  /** Index of the product, from 0. */
  readonly product: number;
  readonly sku: string;
  /** Units that could be sold when the run began, above the floor. */
  readonly forSale: number;
  /** An order is served whole by one of so many buckets; 1 where there are none. */
  readonly buckets: number;
  readonly stock: {
    readonly onHandBefore: number;
    readonly onHandAfter: number;
    readonly reservedAfter: number;
  };
  /** The pool in MySQL, its buckets added up, in their present epochs; null = sold without a pool. */
  readonly pool: {
    readonly delegated: number;
    readonly settledCum: number;
    readonly sold: number;
    readonly returned: number;
    readonly duplicates: number;
    /** Units sold beyond what was delegated. */
    readonly short: number;
    readonly quarantine: number;
  } | null;
  /** The pool in Redis, its buckets added up; null = sold without a pool. */
  readonly gate: {
    readonly delegated: number;
    readonly avail: number;
    readonly held: number;
    readonly cum: number;
    /** Every bucket passes the identity check of its own scripts. */
    readonly isSound: boolean;
  } | null;
}

/** State of both stores after the drain: what the verdict compares the generator's history with. */
export interface LoadFacts {
  readonly products: readonly ProductFacts[];
  /** Events in the stream that MySQL has not settled. */
  readonly unsettled: number;
  readonly parked: number;
}
