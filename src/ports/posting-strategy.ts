import type { PostingDraft, PostingOutcome, StrategyName } from '../domain/posting.ts';

export interface PostOptions {
  /** All or nothing: one refused draft withholds every other. Otherwise each is decided in order. */
  readonly atomic: boolean;
  /** Decides and rolls back: the outcomes are what would be booked, with ids that will not exist. */
  readonly dryRun: boolean;
  /**
   * This process made the request ids just now, and nobody else can know them: then a pool sells
   * without asking the ledger first.
   */
  readonly isFresh?: boolean;
}

/**
 * One way of deciding who gets the last unit. All strategies answer alike and are held to one
 * conformance suite; they differ in how they take a stock row from other writers.
 */
export interface PostingStrategy {
  readonly name: StrategyName;
  /**
   * Decides and books the drafts in one transaction; the outcomes come in the same order.
   * A request id stands in at most one of the drafts.
   * @throws InvError STORE_UNAVAILABLE (nothing executed) or OUTCOME_UNKNOWN (ask again with the same ids)
   */
  post(drafts: readonly PostingDraft[], options: PostOptions): Promise<readonly PostingOutcome[]>;
}
