import type { PostingDraft, PostingLine, PostingOutcome } from '../../domain/posting.ts';
import type { PoolPlace } from '../pools/find-pool.ts';
import { askForUnits, askWhatIsKnown } from './ask-for-units.ts';
import type { OrderDependencies } from './dependencies.ts';
import { openInquiry } from './inquiry.ts';
import { noteSuspicion } from './note-suspicion.ts';
import { poolRefusalOf } from './refusal.ts';
import { openSeries } from './series.ts';
import { tryForUnits } from './try-for-units.ts';
import { isTrouble } from './units-answer.ts';
import type { UnitsAnswer, UnitsRequest } from './units-answer.ts';

export interface DraftSellerDependencies {
  readonly orders: OrderDependencies;
  /**
   * Opens a pool for what has none; null: it is said instead.
   * @returns false where there is nothing to put into it
   */
  readonly openPool: ((place: PoolPlace) => Promise<boolean>) | null;
}

export interface SellOptions {
  readonly isFresh: boolean;
  /** Decides without selling, after trials that would have taken so many units; null = sell. */
  readonly trial: { readonly unitsBefore: number } | null;
}

/**
 * Sells one line out from the pool of its product: the same request, the same answer, whichever
 * store it came from.
 * @returns null where there is no pool and none can be opened: MySQL decides
 * @throws as `askForUnits`
 */
export async function sellDraft(
  { orders, openPool }: DraftSellerDependencies,
  draft: PostingDraft,
  line: PostingLine,
  { isFresh, trial }: SellOptions,
): Promise<PostingOutcome | null> {
  const request = unitsRequest(draft, line, isFresh);
  const ask = (): Promise<UnitsAnswer> => {
    const series = openSeries(orders.clock, orders.limits.budgetMs);
    return trial === null
      ? askForUnits(orders, series, request)
      : tryForUnits(orders, series, { ...request, ...trial });
  };
  const answer = await ask();
  if (answer.status !== 'no_pool' || openPool === null) return outcomeOf(answer, request, draft);
  if (trial !== null || !(await openPool(request.place))) return null;
  return outcomeOf(await ask(), request, draft);
}

/** What was answered to the id before, by the ledger or by Redis; null where neither tells. */
export async function recallDraft(
  orders: OrderDependencies,
  draft: PostingDraft,
  line: PostingLine,
): Promise<PostingOutcome | null> {
  const request = unitsRequest(draft, line, false);
  const series = openSeries(orders.clock, orders.limits.budgetMs);
  const inquiry = openInquiry(orders, series, request);
  const known = await askWhatIsKnown(inquiry, { isAttemptNext: false });
  if (known === null || isTrouble(known)) return null;
  await noteSuspicion(inquiry, known);
  return outcomeOf(known, request, draft);
}

function unitsRequest(draft: PostingDraft, line: PostingLine, isFresh: boolean): UnitsRequest {
  const { requestId, fingerprint, origin, reference, reason, occurredAt } = draft;
  const { productId, sku, locationId, location, quantity } = line;
  return {
    ...{ requestId, fingerprint, isFresh, quantity: -quantity, holdMs: null },
    place: { productId, sku, locationId, location },
    note: { kind: 'out', origin, buyer: null, reference, reason, occurredAt },
  };
}

function outcomeOf(
  answer: UnitsAnswer,
  request: UnitsRequest,
  { kind }: PostingDraft,
): PostingOutcome {
  const { requestId, place, quantity } = request;
  switch (answer.status) {
    case 'sold':
    case 'held': {
      const { sku, location } = place;
      const unknown = { id: null, onHandBefore: null, onHandAfter: null };
      const movement = {
        ...unknown,
        ...{ sku, location, quantity: -quantity, availableAfter: answer.remaining },
      };
      const posting = { id: null, requestId, kind, strategy: 'lua', movements: [movement] };
      return { status: 'settling', replayed: answer.replayed, posting };
    }
    case 'booked':
      return { status: answer.replayed ? 'replayed' : 'posted', posting: answer.posting };
    case 'conflict':
      return { status: 'conflict' };
    case 'archived':
      return answer;
    case 'no':
      return answer.reason === 'void' ? { status: 'void' } : poolRefusalOf(answer, request);
    case 'no_pool':
      return poolRefusalOf(answer, request);
  }
}
