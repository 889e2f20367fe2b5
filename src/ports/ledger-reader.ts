import type { PostingLine } from '../domain/posting.ts';

/** A posting as an undo needs it. */
export interface BookedPosting {
  readonly id: number;
  readonly requestId: string;
  readonly kind: string;
  readonly reference: string | null;
  readonly supplierId: number | null;
  readonly lines: readonly PostingLine[];
}

export type PostingName = { readonly requestId: string } | { readonly postingId: number };

/** One line of the ledger, as history shows it. */
export interface LedgerEntry {
  readonly movementId: number;
  readonly postingId: number;
  readonly requestId: string;
  readonly kind: string;
  readonly sku: string;
  readonly location: string;
  readonly quantity: number;
  readonly onHandAfter: number;
  readonly actor: string;
  readonly reference: string | null;
  readonly reason: string | null;
  readonly supplier: string | null;
  /** ISO 8601 UTC, to the microsecond. */
  readonly occurredAt: string;
  readonly postedAt: string;
  /** Decimal string, cost of one base unit; null when none was given. */
  readonly unitCost: string | null;
}

/** What to show of the ledger; null = all of it. Times are ISO 8601 UTC and belong to the range. */
export interface LedgerFilter {
  readonly productId: number | null;
  readonly locationId: number | null;
  readonly supplierId: number | null;
  readonly kind: string | null;
  readonly actor: string | null;
  readonly reference: string | null;
  readonly requestId: string | null;
  readonly occurredFrom: string | null;
  readonly occurredTo: string | null;
}

/** Reads the ledger, newest line first. */
export interface LedgerReader {
  /** @returns undefined when there is no such posting */
  findPosting(name: PostingName): Promise<BookedPosting | undefined>;
  /**
   * The lines that pass the filter, below a movement id, at most `limit` of them (null = all), in
   * bounded memory.
   */
  entries(
    filter: LedgerFilter,
    range: { readonly beforeId: number | null; readonly limit: number | null },
  ): AsyncIterable<LedgerEntry>;
  /** The database's now, less so many milliseconds, as ISO 8601 UTC. */
  momentBefore(milliseconds: number): Promise<string>;
}
