/** What a worker did, in events (`worker once` prints it). */
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
  /** Postings taken over from the local journal. */
  readonly journalApplied: 0;
  /** Entries that still wait in the streams. */
  readonly lagEvents: number;
}
