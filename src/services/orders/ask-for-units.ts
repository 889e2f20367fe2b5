import { QUANTITY_MAX } from '../../domain/parse/quantity.ts';
import { assert } from '../../lib/assert.ts';
import { askGate, askReason, askRecord, noteGenerations } from './ask-gate.ts';
import { askLedger, askLedgerLast } from './ask-ledger.ts';
import { askMysqlToSell } from './ask-mysql-to-sell.ts';
import type { OrderDependencies } from './dependencies.ts';
import { hasDoubts, noAnswer, openInquiry } from './inquiry.ts';
import type { Inquiry } from './inquiry.ts';
import { noteSuspicion } from './note-suspicion.ts';
import { openPatience } from './patience.ts';
import type { Series } from './series.ts';
import { readingTrouble } from './trouble.ts';
import { isTrouble } from './units-answer.ts';
import type { Trouble, UnitsAnswer, UnitsRequest } from './units-answer.ts';

/** A Redis that hangs or is fenced is given so long before MySQL sells in its place. */
const FALLBACK_AFTER_MS = 500;

/**
 * Sells or holds units of a pool for one request, and gives the true answer: what is answered as sold
 * is in the ledger sooner or later, once; what is refused will not be sold by an attempt that still
 * is under way. Section 9 of the protocol (docs/pools.md), for every caller.
 * @throws InvError FENCED, STORE_UNAVAILABLE, BUSY (nothing was executed); OUTCOME_UNKNOWN (ask again
 *   with the same id); whatever else a store refuses to do
 */
export async function askForUnits(
  dependencies: OrderDependencies,
  series: Series,
  request: UnitsRequest,
): Promise<UnitsAnswer> {
  const { quantity } = request;
  assert(quantity >= 1 && quantity <= QUANTITY_MAX, 'a request is for 1 … 10^12 units');
  const inquiry = openInquiry(dependencies, series, request);
  try {
    const answer = await askUntilAnswered(inquiry);
    await noteSuspicion(inquiry, answer);
    return answer;
  } catch (error) {
    await noteSuspicion(inquiry, null);
    throw error;
  }
}

async function askUntilAnswered(inquiry: Inquiry): Promise<UnitsAnswer> {
  const patience = openPatience(inquiry.dependencies, inquiry.series);
  for (;;) {
    const turn = await takeTurn(inquiry);
    if (!isTrouble(turn)) return turn;
    inquiry.lastTrouble = turn;
    const instead = await fallBack(inquiry, turn);
    if (instead !== null && !isTrouble(instead)) return instead;
    const isAnswerLost = inquiry.hasLostReply;
    const end = await patience.wait(turn, { isAnswerLost });
    if (end === null) continue;
    inquiry.lastTrouble = end;
    throw noAnswer(inquiry);
  }
}

async function takeTurn(inquiry: Inquiry): Promise<UnitsAnswer | Trouble> {
  if (inquiry.mustLookUp) {
    await noteGenerations(inquiry);
    const known = await askWhatIsKnown(inquiry, { isAttemptNext: true });
    if (known !== null) return known;
    inquiry.mustLookUp = false;
  }
  const answer = await askGate(inquiry);
  if (isTrouble(answer)) return answer;
  if (answer.status === 'unlocated') return whyUnlocated(inquiry);
  return answer.status === 'no' && hasDoubts(inquiry) ? askLedgerLast(inquiry, answer) : answer;
}

/**
 * Ids that somebody else may know: the ledger first, then what Redis remembers. With one shard, an
 * attempt that comes next meets the record by itself.
 */
export async function askWhatIsKnown(
  inquiry: Inquiry,
  { isAttemptNext }: { readonly isAttemptNext: boolean },
): Promise<UnitsAnswer | null | Trouble> {
  const known = await askLedger(inquiry);
  if (known !== null && !isTrouble(known)) {
    const mayKnowWhy = known.status === 'no' && known.reason === 'void';
    return mayKnowWhy ? { ...known, ...(await askReason(inquiry)) } : known;
  }
  const isNext = isAttemptNext && known === null;
  const recorded = await askRecord(inquiry, { isAttemptNext: isNext });
  return recorded === null || isTrouble(recorded) ? known : recorded;
}

/** A pool that is in the books and not in Redis: lost by Redis, or on its way there. */
export async function whyUnlocated({
  dependencies,
  request,
}: Inquiry): Promise<UnitsAnswer | Trouble> {
  const { productId, locationId } = request.place;
  try {
    const books = await dependencies.books();
    const buckets = await books.buckets({ productId, locationId, includeClosed: true });
    const live = buckets.find(({ state }) => state !== 'closed');
    return live === undefined
      ? { status: 'no_pool', wasClosed: buckets.length > 0 }
      : { trouble: 'fenced', shard: live.shard };
  } catch (error) {
    return readingTrouble(error);
  }
}

async function fallBack(
  inquiry: Inquiry,
  { trouble }: Trouble,
): Promise<UnitsAnswer | Trouble | null> {
  // Before the ledger has said that it does not know the id, nothing is sold anywhere.
  if (inquiry.mustLookUp || trouble === 'late') return null;
  const isPatient = trouble !== 'unavailable' && inquiry.series.elapsedMs() < FALLBACK_AFTER_MS;
  return isPatient ? null : askMysqlToSell(inquiry);
}
