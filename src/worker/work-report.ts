/** What a worker did, in events where nothing else is said (`worker once` prints it). */
export interface WorkReport {
  /** Sales written into the books. */
  readonly settled: number;
  /** Returns of units to the books. */
  readonly returned: number;
  /** Sales whose request was in the books already: their units came back. */
  readonly duplicates: number;
  /** Events that cannot be settled and wait for a person. */
  readonly parked: number;
  readonly expiredHolds: number;
  /** Differences between the stores that were mended: damaged counters, events that the stream had lost. */
  readonly mended: number;
  /** Shards that were opened: for the first time, again as they were, or loaded anew. */
  readonly recovered: number;
  /** Buckets and grants that Redis had not got yet. */
  readonly handedOver: number;
  /** Buckets of closing pools that are closed now. */
  readonly closed: number;
  /** Postings taken over from the local journal. */
  readonly journalApplied: 0;
  /** Entries that still wait in the streams. */
  readonly lagEvents: number;
}
