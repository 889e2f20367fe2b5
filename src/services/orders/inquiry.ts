import type { InvError } from '../../lib/errors.ts';
import { placeText } from '../pools/find-pool.ts';
import type { OrderDependencies } from './dependencies.ts';
import { giveUp } from './give-up.ts';
import type { Series, ServerTime } from './series.ts';
import type { RefusedUnits, Trouble, UnitsRequest } from './units-answer.ts';

/** What is known in the middle of a series of attempts for one request. */
export interface Inquiry {
  readonly dependencies: OrderDependencies;
  readonly series: Series;
  readonly request: UnitsRequest;
  /** Whether an attempt may have run in a store, or may still: by us, or by whoever used the id before. */
  readonly doubts: { redis: boolean; mysql: boolean };
  /** An attempt of our own was sent and not answered. */
  hasLostReply: boolean;
  /** Whether the ledger has to be asked before Redis is (again). */
  mustLookUp: boolean;
  /** The clock of MySQL, once it was asked. */
  booksTime: ServerTime | null;
  /** What each bucket refused. Once there are doubts, only refusals that Redis remembers count. */
  readonly refusals: Map<number, BucketRefusal>;
  /** The bucket whose answer was lost: until it answers, no other is asked, so that only one can sell. */
  bucketInDoubt: number | null;
  /** Of each shard: what was known of it before the ledger was asked, and holds for all that is asked since. */
  readonly generations: Map<number, number>;
  /** Whether MySQL may sell from outside of the pool; null: not looked at yet. */
  mayFallBack: boolean | null;
  lastTrouble: Trouble | null;
}

export interface BucketRefusal extends Pick<RefusedUnits, 'reason' | 'available'> {
  /** Redis remembers it, so that no older attempt can sell any more. */
  readonly isRecorded: boolean;
}

export function openInquiry(
  dependencies: OrderDependencies,
  series: Series,
  request: UnitsRequest,
): Inquiry {
  const isKnown = !request.isFresh;
  return {
    dependencies,
    series,
    request,
    doubts: { redis: isKnown, mysql: isKnown },
    hasLostReply: false,
    mustLookUp: isKnown,
    booksTime: null,
    refusals: new Map(),
    bucketInDoubt: null,
    generations: new Map(),
    mayFallBack: null,
    lastTrouble: null,
  };
}

/** Nothing that was heard so far counts any more: the ledger is asked next. */
export function beginAnew(inquiry: Inquiry): void {
  inquiry.mustLookUp = true;
  inquiry.refusals.clear();
  inquiry.generations.clear();
}

export function hasDoubts({ doubts }: Inquiry): boolean {
  return doubts.redis || doubts.mysql;
}

/** The end of the series without an answer. */
export function noAnswer(inquiry: Inquiry): InvError {
  const { request, lastTrouble, hasLostReply } = inquiry;
  const earlier = hasDoubts(inquiry) ? 'earlier' : 'none';
  return giveUp({
    requestId: request.requestId,
    subject: `the pool of ${placeText(request.place)}`,
    trouble: lastTrouble,
    doubt: hasLostReply ? 'own' : earlier,
  });
}
