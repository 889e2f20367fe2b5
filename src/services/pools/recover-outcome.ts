/** What a recovered bucket may have lost. */
export interface RecoveredBucket {
  readonly bucketId: number;
  readonly sku: string;
  readonly location: string;
  readonly epoch: number;
  /** Units that Redis may go on selling. */
  readonly delegated: number;
  /** Units sold and acknowledged by Redis that the books may never hear of, at most. 0: nothing was lost. */
  readonly lostMax: number;
  /** Of these, units kept reserved for them (a loss limit is set). */
  readonly quarantined: number;
}

export type RecoverOutcome =
  | { readonly status: 'not_due' }
  /** Redis holds what the books know of: it was opened again as it is. */
  | {
      readonly status: 'adopted';
      /** Those that may have lost sales which the books had not heard of yet. */
      readonly buckets: readonly RecoveredBucket[];
    }
  /** Redis had lost or changed data: every bucket has a new epoch, loaded from the books. */
  | {
      readonly status: 'rebuilt';
      /** Redis was restarted, replaced or emptied; else only what is named by `reason` was wrong. */
      readonly lossy: boolean;
      readonly reason: string;
      readonly buckets: readonly RecoveredBucket[];
    }
  /** Never repaired by itself: an operator looks at it first. */
  | { readonly status: 'frozen'; readonly reason: string }
  /** It changed under our hands too often: others recover it too. Ask again. */
  | { readonly status: 'busy' };
