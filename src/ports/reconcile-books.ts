import type { AskedCheck } from './check-requests.ts';
import type { CutOffRepair, NumberedFinding, Receipt, RepairOf, RepairOutcome } from './repairs.ts';
import type { StockPlace, Unchecked } from '../domain/reconcile/finding.ts';
import type { LevelBooks } from '../domain/reconcile/judge-level.ts';
import type { TailMovement } from '../domain/reconcile/ledger-tail.ts';
import type { WeightedSums, WeightSeed } from '../domain/reconcile/place-weight.ts';
import type { Outcome } from '../domain/reconcile/verdict.ts';
import type { Origin } from '../domain/posting.ts';
import type { Scope } from '../domain/reconcile/checks.ts';

/** Products by id, both ends included. */
export interface ProductRange {
  readonly from: number;
  readonly to: number;
}

/** A stock row that differs from a sum beside it, before anybody has asked why. */
export interface Suspect {
  readonly productId: number;
  readonly locationId: number;
  readonly onHand: number;
  /** Of the sealed movements, or of all. */
  readonly sum: number;
  /** Reserved is not what pools account for, or beyond its limits. */
  readonly isReservedOff: boolean;
}

/** A movement that does not go on from the one before it. */
export interface BrokenRun extends StockPlace {
  readonly movementId: number;
  /** What was on hand after it, by the movement before and its quantity. */
  readonly expected: number;
  readonly actual: number;
}

/** A posting whose movements are not what belongs to it. */
export interface BadPosting {
  readonly requestId: string;
  readonly kind: string;
  /** `without`: it has no movements; `reversal`: it does not book the opposite of what it reverses. */
  readonly problem: 'without' | 'reversal';
  readonly expected: number | null;
  readonly actual: number;
}

/** A bucket of which the movements are not what it says it has sold. */
export interface WrongBucket extends StockPlace {
  readonly bucketId: number;
  readonly settledSeq: number;
  /** Highest place in the numbering that is booked; 0: none. */
  readonly bookedSeq: number;
  readonly sold: number;
  /** Units of its movements, and of parked sales that no movement covers; null: not summed. */
  readonly booked: number | null;
}

/** An order that the books call settled and that is not booked as it was sold. */
export interface WrongOrder extends StockPlace {
  readonly requestId: string;
  readonly quantity: number;
  /** null: nothing is. */
  readonly booked: number | null;
}

/** An order that is held in the books after its time. */
export interface LateOrder extends StockPlace {
  readonly requestId: string;
  /** ISO 8601 UTC. */
  readonly deadline: string;
}

export interface LedgerEnds {
  readonly sealedTo: number;
  /** The posting of the last sealed movement; 0: nothing is sealed. */
  readonly sealedPostingId: number;
  readonly lastMovementId: number;
  readonly lastPostingId: number;
  readonly lastProductId: number;
}

/** The ledger and the books of one moment. Lists come in pages; nothing here grows with the books. */
export interface LedgerSnapshot {
  ends(): Promise<LedgerEnds>;
  /** The first product with stock, a seal or a movement behind this one. */
  nextProduct(after: number): Promise<number | null>;
  /** As many products of a range, from its first on, as one statement may read all movements of; at least one. */
  productsTogether(range: ProductRange): Promise<ProductRange>;
  /** Movements behind one, by id. */
  movementsAfter(id: number, limit: number): Promise<readonly TailMovement[]>;
  stockRows(): Promise<number>;
  /** Whether anything in a range differs, for less than asking what. */
  weightedSums(range: ProductRange, seed: WeightSeed): Promise<WeightedSums>;
  /** Places where a stock row differs from its sealed sum, or reserved from its parts. */
  suspectsBySeals(range: ProductRange): Promise<readonly Suspect[]>;
  /** The same against all movements, by the index alone. */
  suspectsByMovements(range: ProductRange): Promise<readonly Suspect[]>;
  /** Sealed sums of places, where there is one. */
  sealedSums(
    places: readonly { readonly productId: number; readonly locationId: number }[],
  ): Promise<
    readonly {
      readonly productId: number;
      readonly locationId: number;
      readonly quantity: number;
    }[]
  >;
  /** Places whose sealed sum is not that of the movements up to the seal. */
  wrongSeals(
    range: ProductRange,
    sealedTo: number,
  ): Promise<readonly (StockPlace & { readonly sealed: number; readonly sum: number })[]>;
  /** Everything that is known of these products, from the first movement on. */
  levels(productIds: readonly number[]): Promise<readonly LevelBooks[]>;
  brokenRuns(range: ProductRange, limit: number): Promise<readonly BrokenRun[]>;
  place(productId: number, locationId: number): Promise<StockPlace | undefined>;
  /** Postings of (after, upTo] that are not booked as they should be. */
  badPostings(after: number, upTo: number): Promise<readonly BadPosting[]>;
  /** By the last event that is booked of each. */
  wrongBuckets(): Promise<readonly WrongBucket[]>;
  /**
   * By the sum of all movements of each as well, which takes longer with every sale.
   * @param productIds null = all
   */
  wrongBucketSums(productIds: readonly number[] | null): Promise<readonly WrongBucket[]>;
  lastOrderId(): Promise<number>;
  /** Settled orders of (after, upTo] that are not booked as they were sold. */
  wrongOrders(after: number, upTo: number): Promise<readonly WrongOrder[]>;
}

export type RunMode = 'check' | 'fix' | 'plan' | 'apply';
export type RunStatus = 'clean' | 'drift' | 'repaired' | 'inconclusive';

export interface RunStart {
  readonly runId: string;
  readonly mode: RunMode;
  /** The run whose plan is applied; null: none is. */
  readonly planRunId: string | null;
  /** Empty: nothing is looked at but the rows of a plan. */
  readonly scopes: readonly Scope[];
  /** null = all. */
  readonly skus: readonly string[] | null;
  readonly origin: Origin;
}

export interface RunEnd {
  readonly runId: string;
  readonly status: RunStatus;
  readonly checked: Readonly<Record<string, number>>;
  readonly findings: number;
  readonly violations: number;
  readonly repaired: number;
  readonly unchecked: readonly Unchecked[];
  /** Products that it turned out to be about; without them, those that it began with. */
  readonly skus?: readonly string[];
  /** Requests that the run has answered: they end with it, in one transaction. */
  readonly answered: readonly AskedCheck[];
}

/** A run, as it is kept. Times are ISO 8601 UTC. */
export interface RecordedRun {
  readonly runId: string;
  readonly mode: RunMode;
  /** The run whose plan was applied; null: none was. */
  readonly planRunId: string | null;
  readonly scopes: readonly string[];
  readonly skus: readonly string[] | null;
  /** `running`: it is at work, or was cut off. */
  readonly status: RunStatus | 'running';
  readonly findings: number;
  readonly violations: number;
  readonly repaired: number;
  /** null: it has no end, or is of a version that did not keep it. */
  readonly unchecked: readonly Unchecked[] | null;
  readonly actor: string;
  /** `cli`, or `worker`: by itself. */
  readonly source: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
}

/** A recorded finding, with what became of it. */
export interface RecordedFinding extends NumberedFinding {
  readonly outcome: Outcome;
  /** Of its repair, by this run or by another one with the same plan. */
  readonly receipt: Receipt | null;
  /** Why it was not mended, or that it was mended before. */
  readonly why: string | null;
}

/** What reconciliation asks of MySQL. */
export interface ReconcileBooks {
  /** Whether a pool was ever opened: without one, Redis is left alone. */
  hasPools(): Promise<boolean>;
  lateOrders(options: {
    readonly lateMs: number;
    readonly limit: number;
  }): Promise<readonly LateOrder[]>;
  inSnapshot<T>(work: (snapshot: LedgerSnapshot) => Promise<T>): Promise<T>;
  /**
   * Seals what can be sealed, in steps, and notes how far the next run may: ids are given out before
   * COMMIT, so only what was there twice the statement timeout ago can be final, and is locked once to
   * be sure. @returns the highest sealed movement id
   */
  advanceSeals(): Promise<number>;
  startRun(start: RunStart): Promise<void>;
  addFindings(runId: string, findings: readonly NumberedFinding[]): Promise<void>;
  endRun(end: RunEnd): Promise<void>;
  /**
   * Mends what MySQL alone holds (remedies `balance`, `reserved`, `seals`, `order`), in one transaction with
   * its receipt: what was seen is looked at again under locks.
   */
  repair(repair: RepairOf): Promise<RepairOutcome>;
  /** @returns the receipt of a repair that was made before under its request id; null: there is none */
  receiptOf(repair: Pick<RepairOf, 'requestId'>): Promise<Receipt | null>;
  /** Notes that a repair in Redis is about to be made: its receipt can only come after it. */
  beginRepair(repair: RepairOf): Promise<void>;
  /** Begun, and without an end: by runs that were cut off, unless one is at work. The oldest first. */
  cutOffRepairs(): Promise<readonly CutOffRepair[]>;
  /** The end of one of them. @returns whether it has got one by this */
  finishRepair(repair: RepairOf, outcome: RepairOutcome): Promise<boolean>;
  /** The receipt of a repair that others made, and that changes nothing when it is made twice. */
  recordRepair(repair: RepairOf, outcome: RepairOutcome): Promise<void>;
  /** @returns undefined when there is no such run */
  findRun(runId: string): Promise<RecordedRun | undefined>;
  /** The newest first. */
  runs(options: { readonly limit: number }): Promise<readonly RecordedRun[]>;
  /** Findings of a run, by number. */
  findingsOf(runId: string): Promise<readonly RecordedFinding[]>;
}
