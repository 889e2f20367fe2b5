import type { PostingDraft, PostingOutcome } from '../../domain/posting.ts';
import { assert } from '../../lib/assert.ts';
import type { PostingStrategy } from '../../ports/posting-strategy.ts';
import { askLedgerLast } from './ask-ledger.ts';
import type { Inquiry } from './inquiry.ts';
import { troubleOf } from './trouble.ts';
import type { Trouble, UnitsAnswer, UnitsRequest } from './units-answer.ts';

/**
 * Sells from the units outside of the pool, in one transaction of MySQL, under the same request id:
 * should Redis turn out to have sold it as well, settlement gives that unit back.
 * @returns null where MySQL may not sell for the pool
 */
export async function askMysqlToSell(inquiry: Inquiry): Promise<UnitsAnswer | Trouble | null> {
  const { dependencies, request } = inquiry;
  if (dependencies.fallback === null || request.holdMs !== null) return null;
  try {
    inquiry.mayFallBack ??= await isFreeOfTerms(inquiry);
    if (!inquiry.mayFallBack) return null;
    return await sell(inquiry, await dependencies.fallback());
  } catch (error) {
    return troubleOf(error);
  }
}

/** A limit per buyer and a time of sale are kept by Redis alone, and what is closed is not sold at all. */
async function isFreeOfTerms({ dependencies, request }: Inquiry): Promise<boolean> {
  const { productId, locationId } = request.place;
  const books = await dependencies.books();
  const buckets = await books.buckets({ productId, locationId, includeClosed: false });
  return (
    buckets.length > 0 &&
    buckets.every(
      ({ state, terms: { perBuyer, startsAtMs, endsAtMs } }) =>
        state === 'open' && perBuyer === null && startsAtMs === null && endsAtMs === null,
    )
  );
}

async function sell(
  inquiry: Inquiry,
  strategy: PostingStrategy,
): Promise<UnitsAnswer | Trouble | null> {
  let outcomes: readonly PostingOutcome[];
  try {
    outcomes = await strategy.post([draftOf(inquiry.request)], { atomic: true, dryRun: false });
  } catch (error) {
    const trouble = troubleOf(error);
    if (trouble.trouble === 'unknown') {
      inquiry.doubts.mysql = true;
      inquiry.hasLostReply = true;
    }
    return trouble;
  }
  const [outcome] = outcomes;
  assert(outcome !== undefined, 'one draft has one outcome');
  return answerFrom(inquiry, outcome);
}

async function answerFrom(
  inquiry: Inquiry,
  outcome: PostingOutcome,
): Promise<UnitsAnswer | Trouble | null> {
  switch (outcome.status) {
    case 'posted':
      return { status: 'booked', replayed: false, posting: outcome.posting };
    case 'replayed':
      return { status: 'booked', replayed: !inquiry.request.isFresh, posting: outcome.posting };
    case 'conflict':
      return { status: 'conflict' };
    case 'void':
      return { status: 'no', reason: 'void', available: null, by: 'books' };
    case 'insufficient': {
      const [shortage] = outcome.shortages;
      const available = shortage === undefined ? null : shortage.onHand - shortage.reserved;
      return refused(inquiry, { status: 'no', reason: 'sold_out', available, by: 'books' });
    }
    case 'archived':
      return refused(inquiry, outcome);
    case 'beyond_limit':
    case 'already_reversed':
    case 'pool_refused':
    case 'settling':
    case 'withheld':
      throw new Error(`invariant broken: one line out is not answered ${outcome.status}`);
  }
}

/** That MySQL has not enough is no answer while Redis may have sold. @returns null = go on */
async function refused(
  inquiry: Inquiry,
  refusal: Extract<UnitsAnswer, { readonly status: 'no' | 'archived' }>,
): Promise<UnitsAnswer | Trouble | null> {
  if (inquiry.doubts.redis) return null;
  return inquiry.doubts.mysql ? askLedgerLast(inquiry, refusal) : refusal;
}

function draftOf({ requestId, fingerprint, place, quantity, note }: UnitsRequest): PostingDraft {
  return {
    ...{ requestId, fingerprint, kind: note.kind, origin: note.origin },
    ...{ reason: note.reason, reference: note.reference, occurredAt: note.occurredAt },
    supplierId: null,
    reversesId: null,
    ...(note.kind === 'sale' ? { order: { buyer: note.buyer } } : {}),
    lines: [{ ...place, quantity: -quantity, unitCost: null }],
  };
}
