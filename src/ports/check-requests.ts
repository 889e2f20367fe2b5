import type { Origin } from '../domain/posting.ts';

/** Something that ought not to be, as a process has seen it. */
export interface Suspicion {
  /** What it is about; null: nobody can tell, so every pool is looked at. */
  readonly about: { readonly productId: number } | { readonly bucketId: number } | null;
  /** One sentence. */
  readonly reason: string;
  /** The request whose answer it was; null: it was none. */
  readonly requestId: string | null;
}

/** A check that somebody has asked for and no run has made yet. */
export interface AskedCheck {
  /** null: every pool. */
  readonly productId: number | null;
  readonly sku: string | null;
  /** How often it was asked for: whoever asks again meanwhile keeps it waiting. */
  readonly asked: number;
  readonly reason: string;
}

/** Where any process asks the workers for a check: it stays until a run has made it. */
export interface CheckRequests {
  /** Of several requests about one product, one waits. @throws InvError STORE_UNAVAILABLE, OUTCOME_UNKNOWN */
  ask(suspicion: Suspicion, origin: Origin): Promise<void>;
  /** The oldest first. */
  waiting(options: { readonly limit: number }): Promise<readonly AskedCheck[]>;
}
