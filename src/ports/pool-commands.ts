import type { PoolBucket, PoolTerms } from '../domain/pool.ts';
import type { WriteContext } from './write-context.ts';

/** What a command about a pool came to. */
export type PoolChange =
  | { readonly status: 'done'; readonly replayed: boolean; readonly buckets: readonly PoolBucket[] }
  | { readonly status: 'insufficient'; readonly onHand: number; readonly reserved: number }
  | { readonly status: 'archived'; readonly what: string }
  /** Fewer are in quarantine than were to be released. */
  | { readonly status: 'not_quarantined'; readonly quarantine: number }
  | { readonly status: 'conflict' | 'already_open' | 'not_open' | 'frozen' };

/** What was done to a pool, by somebody or by a recovery. */
export interface PoolOperation {
  readonly requestId: string;
  /**
   * `rebuild`: Redis had lost or changed data, and was loaded anew; `adopt`: it was opened again as it was,
   * though it may lack what it acknowledged last.
   */
  readonly kind: 'open' | 'top_up' | 'close' | 'release' | 'rebuild' | 'adopt';
  /** Of these two: sold units that may be lost, at most. */
  readonly quantity: number;
  readonly actor: string;
  readonly reason: string | null;
  readonly doneAt: string;
}

/** Sold units that Redis may have lost, at most, and when it was last recovered from that (ISO 8601 UTC). */
export interface ShardLoss {
  readonly at: string;
  readonly units: number;
}

/** The pool that a command is about, and what its request id stands for. */
export interface NamedPool {
  readonly productId: number;
  readonly locationId: number;
  /** 64 hex digits. */
  readonly fingerprint: string;
}

export interface PoolUnits extends NamedPool {
  /** Base units, positive. */
  readonly quantity: number;
}

export interface OpenPool extends PoolUnits {
  readonly buckets: number;
  /** Shards to spread the buckets over: 0 … shards - 1. */
  readonly shards: number;
  readonly terms: PoolTerms;
}

/** What an operator does to pools in the books, each once for its request id. */
export interface PoolCommands {
  open(request: OpenPool, write: WriteContext): Promise<PoolChange>;
  topUp(request: PoolUnits, write: WriteContext): Promise<PoolChange>;
  /** Stops selling for good: open → closing. The units come back by settlement. */
  beginClose(request: NamedPool, write: WriteContext): Promise<PoolChange>;
  /** Units of the quarantine that nobody claims, or that are honoured in another way, are available again. */
  release(request: PoolUnits, write: WriteContext): Promise<PoolChange>;
  /** Commands about a pool, the newest first. */
  operations(options: {
    readonly poolId: number;
    readonly limit: number;
  }): Promise<readonly PoolOperation[]>;
}
