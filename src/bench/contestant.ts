/** One request of the workload, which is the same for every contestant. */
export interface BenchRequest {
  readonly requestId: string;
  /** Index of the product, from 0. */
  readonly product: number;
  /** Base units to take, positive. */
  readonly quantity: number;
  /** It is sent twice at the same moment, as a double click is: it must move stock once. */
  readonly isDoubled: boolean;
}

/** What the caller is told. A failure is thrown. */
export type BenchAnswer = 'accepted' | 'replayed' | 'rejected';

/** One way of deciding who gets the last unit. */
export interface Contestant {
  readonly name: string;
  /** Known to be wrong, and shown for that reason. */
  readonly isUnsafe: boolean;
  take(request: BenchRequest): Promise<BenchAnswer>;
  /** Waits for another writer so far: tries for a lock, rounds of deciding anew. */
  retries(): number;
  /** Makes the units that the first products have ready to be sold, where that takes more than stock. */
  open?(units: number, products: number): Promise<void>;
  /** Brings what was sold into the books, where they follow later. */
  settle?(): Promise<void>;
}
