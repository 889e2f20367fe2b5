import type { NoReason, SaleNote } from '../../domain/pool.ts';
import type { Posting } from '../../domain/posting.ts';
import type { PoolPlace } from '../pools/find-pool.ts';

/** One request for units of a pool, whoever makes it: an order, or goods that leave by `stock out`. */
export interface UnitsRequest {
  readonly requestId: string;
  /** 64 hex digits, equal whichever store is asked. */
  readonly fingerprint: string;
  /** This process made the id just now, and nobody else can know it. */
  readonly isFresh: boolean;
  readonly place: PoolPlace;
  /** Base units, positive. */
  readonly quantity: number;
  readonly note: SaleNote;
  /** Milliseconds to hold the units for instead of selling them; null = sell. */
  readonly holdMs: number | null;
}

/** The true answer to a request. That there is none yet is an InvError. */
export type UnitsAnswer =
  | SoldUnits
  | HeldUnits
  /** In the ledger: settled, or sold by MySQL itself. */
  | { readonly status: 'booked'; readonly replayed: boolean; readonly posting: Posting }
  | RefusedUnits
  /** The id was used before with other content. */
  | { readonly status: 'conflict' }
  /** Neither Redis nor the books have a pool of this product here; `wasClosed`: they had. */
  | { readonly status: 'no_pool'; readonly wasClosed: boolean }
  | { readonly status: 'archived'; readonly what: string };

/** Sold by Redis; the ledger will follow. */
export interface SoldUnits {
  readonly status: 'sold';
  readonly replayed: boolean;
  /** null when only the bucket is known, and it is not in the directory any more. */
  readonly poolId: number | null;
  readonly quantity: number;
  /** Units left to sell in the pool; null in a replay, and where one of several buckets sold. */
  readonly remaining: number | null;
}

export interface HeldUnits extends Omit<SoldUnits, 'status'> {
  readonly status: 'held';
  /** Milliseconds since the epoch, by the clock of Redis. */
  readonly deadlineMs: number;
  /** The deadline has passed: to all who ask, the hold is gone, whenever its units go back. */
  readonly isDue: boolean;
}

export interface RefusedUnits {
  readonly status: 'no';
  /** `void`: it was refused before, and nobody remembers why. */
  readonly reason: NoReason | 'void';
  /** Units that could have been had; of several buckets, in the fullest. null with `sold_out`: it was refused before. */
  readonly available: number | null;
  /** Who refused: the pool, or MySQL, which has only the units outside of it. */
  readonly by: 'pool' | 'books';
}

/** Why an attempt came to nothing. All but `unknown`: it has not done anything, and never will. */
export type Trouble =
  | { readonly trouble: 'unavailable' | 'unknown'; readonly cause: unknown }
  /** `frozen`: it stays fenced until a person has looked. */
  | { readonly trouble: 'fenced' | 'frozen'; readonly shard: number }
  /** `moved`: what was known of the pool or the order has changed since it was read. */
  | { readonly trouble: 'busy' | 'corrupt' | 'no_pool' | 'late' | 'moved' };

export function isTrouble(answer: object): answer is Trouble {
  return 'trouble' in answer;
}
