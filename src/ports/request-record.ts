import type { NoReason, SaleNote } from '../domain/pool.ts';

/** What Redis remembers of a request id. */
export type RequestRecord =
  | ({ readonly status: 'sold' | 'held'; readonly fingerprint: string } & RecordedUnits)
  | {
      readonly status: 'no';
      readonly fingerprint: string;
      readonly reason: NoReason;
      /** Of `no_hold`, where there was a hold: how it ended, and what it was. */
      readonly ended: ({ readonly as: 'cancelled' | 'expired' } & RecordedUnits) | null;
    }
  /** A text that is none of ours: somebody else has written there. */
  | { readonly status: 'unreadable' }
  | null;

export interface RecordedUnits {
  readonly bucketId: number;
  readonly epoch: number;
  readonly quantity: number;
  readonly note: SaleNote;
  /** Of a hold. */
  readonly deadlineMs: number | null;
  /** What the bucket sells; null when Redis has the bucket no more. */
  readonly place: {
    readonly sku: string;
    readonly location: string;
    readonly poolId: number;
  } | null;
}

/** The record of an id, searched for in every shard. */
export interface FoundRequest {
  /** The time of Redis, in milliseconds since the epoch. */
  readonly serverTimeMs: number;
  readonly found: {
    readonly shard: number;
    /** Recovery generation of the shard; null when Redis has none. */
    readonly generation: number | null;
    readonly record: NonNullable<RequestRecord>;
  } | null;
}

/** A hold whose time is over. */
export interface OverdueHold {
  readonly bucketId: number;
  readonly requestId: string;
}
