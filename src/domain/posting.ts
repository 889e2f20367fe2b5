import type { JsonObject } from '../lib/json.ts';

/** The most units of one stock row: beyond 2^53 - 1 JavaScript and JSON do not count exactly. */
export const ON_HAND_MAX = Number.MAX_SAFE_INTEGER;

/**
 * What a posting is about. A `sale` is an order from a pool; `recovered` units were sold by Redis and
 * the request is lost; a `void` moves nothing: it records that the request was refused.
 */
export const POSTING_KINDS = [
  'in',
  'out',
  'return',
  'adjust',
  'move',
  'import',
  'reversal',
  'sale',
  'recovered',
  'void',
] as const;
export type PostingKind = (typeof POSTING_KINDS)[number];

/** Those that decide inside MySQL. */
export const MYSQL_STRATEGY_NAMES = ['conditional', 'pessimistic', 'optimistic'] as const;
export type MysqlStrategyName = (typeof MYSQL_STRATEGY_NAMES)[number];

export const STRATEGY_NAMES = [...MYSQL_STRATEGY_NAMES, 'lock', 'lua'] as const;
export type StrategyName = (typeof STRATEGY_NAMES)[number];

/** Who asks: stands in every row that is written. */
export interface Origin {
  readonly actor: string;
  readonly host: string;
  /** What the request came through: `cli`, `file`, … */
  readonly source: string;
}

/** One line of a posting that is still to be decided. */
export interface PostingLine {
  readonly productId: number;
  readonly sku: string;
  readonly locationId: number;
  readonly location: string;
  /** Base units, signed: out is negative. 0 in a counted line only, until it is decided. */
  readonly quantity: number;
  /** A counted line: the units that on hand must become. Its quantity follows from the balance. */
  readonly countedLevel?: number;
  /** A decimal string, cost of one base unit. */
  readonly unitCost: string | null;
}

/** One request, ready for a strategy to decide. */
export interface PostingDraft {
  readonly requestId: string;
  /** sha256 of the content, 64 hex digits: tells a replay from a reused id. */
  readonly fingerprint: string;
  readonly kind: PostingKind;
  readonly origin: Origin;
  readonly reason: string | null;
  readonly reference: string | null;
  readonly supplierId: number | null;
  /** ISO 8601 UTC; null = the database's now. */
  readonly occurredAt: string | null;
  readonly reversesId: number | null;
  /** An order, of one line out: it gets its row in the table of orders. */
  readonly order?: { readonly buyer: string | null };
  readonly lines: readonly PostingLine[];
}

/** One booked line: the ledger's own numbers, which a replay returns unchanged. */
export interface Movement {
  readonly id: number;
  readonly sku: string;
  readonly location: string;
  readonly quantity: number;
  readonly onHandBefore: number;
  readonly onHandAfter: number;
  readonly availableAfter: number;
}

export interface Posting {
  readonly id: number;
  readonly requestId: string;
  readonly kind: string;
  readonly strategy: string;
  readonly movements: readonly Movement[];
}

/**
 * Goods that a pool has sold: certain, and in the ledger once they are settled. Until then there is no
 * posting, and what is on hand before and after it is not decided.
 */
export interface SettlingPosting extends Pick<Posting, 'requestId' | 'kind' | 'strategy'> {
  readonly id: null;
  readonly movements: readonly SettlingMovement[];
}

export interface SettlingMovement extends Pick<Movement, 'sku' | 'location' | 'quantity'> {
  readonly id: null;
  readonly onHandBefore: null;
  readonly onHandAfter: null;
  /** Units left in the pool; null where that was not told. */
  readonly availableAfter: number | null;
}

/** Why a product at a location cannot give what is asked. */
export interface Shortage {
  readonly sku: string;
  readonly location: string;
  readonly wanted: number;
  readonly onHand: number;
  readonly reserved: number;
}

/** More on hand than can be counted exactly (`ON_HAND_MAX`). */
export interface BeyondLimit {
  readonly status: 'beyond_limit';
  readonly sku: string;
  readonly location: string;
  readonly onHand: number;
}

/** A pool does not give what is asked; whatever MySQL holds outside of it was not asked. */
export interface PoolRefusal {
  readonly status: 'pool_refused';
  readonly sku: string;
  readonly location: string;
  readonly wanted: number;
  readonly reason: PoolRefusalReason;
  /** Units that could have been had, where that was the reason. */
  readonly available: number | null;
}

/** Those of Redis (NoReason), and: */
export type PoolRefusalReason =
  | 'sold_out'
  | 'closed'
  | 'window'
  | 'limit'
  | 'too_large'
  | 'no_buyer'
  | 'no_hold'
  /** Redis cannot be asked, and MySQL has not enough outside of the pool. */
  | 'short_outside'
  /** There never was a pool. */
  | 'no_pool'
  /** There was one. */
  | 'pool_gone'
  /** The id was refused before, and nobody remembers why. */
  | 'void';

/** The answer to one draft. Only failures of a store are exceptions. */
export type PostingOutcome =
  | { readonly status: 'posted' | 'replayed'; readonly posting: Posting }
  | SettlingOutcome
  | { readonly status: 'insufficient'; readonly shortages: readonly Shortage[] }
  | { readonly status: 'archived'; readonly what: string }
  | BeyondLimit
  | PoolRefusal
  /** The request id was used before with other content. */
  | { readonly status: 'conflict' }
  /** The request was refused before, and that is in the ledger: its id will never be booked here. */
  | { readonly status: 'void' }
  /** Already reversed, by the posting of that request. */
  | { readonly status: 'already_reversed'; readonly byRequestId: string }
  /** All-or-nothing: this one was fine, another was not. */
  | { readonly status: 'withheld' };

/** Sold by a pool. A replay of it, before it is settled, is told by `replayed`. */
export interface SettlingOutcome {
  readonly status: 'settling';
  readonly replayed: boolean;
  readonly posting: SettlingPosting;
}

export type BookedOutcome = Extract<PostingOutcome, { readonly posting: Posting }>;
export type RefusedOutcome = Exclude<
  PostingOutcome,
  BookedOutcome | SettlingOutcome | { readonly status: 'withheld' }
>;

export function isBooked(outcome: PostingOutcome): outcome is BookedOutcome {
  return outcome.status === 'posted' || outcome.status === 'replayed';
}

/** The document every write of stock prints (cli.md: JSON, field by field). */
export function postingDocument(posting: Posting | SettlingPosting, replayed: boolean): JsonObject {
  return {
    request_id: posting.requestId,
    replayed,
    ...(posting.id === null ? { settling: true } : {}),
    kind: posting.kind,
    strategy: posting.strategy,
    posting_id: posting.id,
    movements: posting.movements.map((movement) => ({
      id: movement.id,
      sku: movement.sku,
      location: movement.location,
      quantity: movement.quantity,
      on_hand_before: movement.onHandBefore,
      on_hand_after: movement.onHandAfter,
      available_after: movement.availableAfter,
    })),
  };
}
