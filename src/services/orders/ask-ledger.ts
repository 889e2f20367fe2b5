import type { LedgerAnswer, OrderRow, PoolBooks } from '../../ports/pool-books.ts';
import { beginAnew, noAnswer } from './inquiry.ts';
import type { Inquiry } from './inquiry.ts';
import { readingTrouble, troubleOf } from './trouble.ts';
import { isTrouble } from './units-answer.ts';
import type { Trouble, UnitsAnswer } from './units-answer.ts';

/** A NO that is final once the ledger agrees. */
type Refusal = Extract<UnitsAnswer, { readonly status: 'no' | 'archived' }>;

/** What the ledger says of the id; null: it does not know it. */
export async function askLedger(inquiry: Inquiry): Promise<UnitsAnswer | null | Trouble> {
  const { dependencies, request } = inquiry;
  try {
    const books = await dependencies.books();
    const known = await books.lookup(request.requestId);
    inquiry.booksTime = { nowMs: Date.parse(known.now), readAtMs: dependencies.clock.monotonic() };
    const answer = ledgerAnswer(inquiry, known);
    return answer === null && !request.isFresh ? earlierOrder(inquiry, known.order) : answer;
  } catch (error) {
    return readingTrouble(error);
  }
}

/**
 * The id of a hold stands for it also when Redis has forgotten it: one that came to its end is not held
 * again, and nothing else is sold under its id.
 */
function earlierOrder({ request }: Inquiry, row: OrderRow | null): UnitsAnswer | null {
  if (row === null) return null;
  if (row.fingerprint !== request.fingerprint) return { status: 'conflict' };
  const hasEnded = row.state === 'cancelled' || row.state === 'expired';
  return hasEnded ? { status: 'no', reason: 'no_hold', available: null, by: 'books' } : null;
}

/**
 * The last step to a NO that an older attempt could still overtake: makes sure that MySQL has not
 * sold, and where an attempt may be under way there, that it never will (a `void` is recorded). What
 * Redis refused it remembers; after this nothing is asked there any more, unless a recovery may have lost
 * what it remembers: then nothing was recorded (`moved`), and the inquiry begins anew.
 * @throws InvError OUTCOME_UNKNOWN when the series ends before the ledger has answered
 */
export async function askLedgerLast(
  inquiry: Inquiry,
  refusal: Refusal,
): Promise<UnitsAnswer | Trouble> {
  const { series, dependencies } = inquiry;
  for (;;) {
    const answer = await lastAnswer(inquiry, refusal);
    if (!isTrouble(answer) || answer.trouble === 'moved') return answer;
    inquiry.lastTrouble = answer;
    if (!(await series.pause(50 + 150 * dependencies.clock.random()))) throw noAnswer(inquiry);
  }
}

async function lastAnswer(inquiry: Inquiry, refusal: Refusal): Promise<UnitsAnswer | Trouble> {
  if (!inquiry.doubts.mysql || inquiry.booksTime === null) {
    const known = await askLedger(inquiry);
    if (known !== null) return known;
    if (!inquiry.doubts.mysql) return refusal;
  }
  try {
    return await recordVoid(inquiry, await inquiry.dependencies.books(), refusal);
  } catch (error) {
    return troubleOf(error);
  }
}

async function recordVoid(
  inquiry: Inquiry,
  books: PoolBooks,
  refusal: Refusal,
): Promise<UnitsAnswer | Trouble> {
  const { request, series, booksTime, generations, dependencies } = inquiry;
  const { requestId, fingerprint, quantity } = request;
  const notAfter = booksTime === null ? 0 : series.notAfterMs(booksTime);
  const known = await books.recordVoid(
    { fingerprint, quantity, notAfter: new Date(notAfter).toISOString(), generations },
    { requestId, origin: dependencies.origin, dryRun: false },
  );
  if (known.status === 'moved') {
    beginAnew(inquiry);
    return { trouble: 'moved' };
  }
  if (known.status === 'late') {
    // The clock of MySQL has been set: it is read again.
    inquiry.booksTime = null;
    return { trouble: 'late' };
  }
  const answer = ledgerAnswer(inquiry, known) ?? refusal;
  return answer.status === 'no' ? refusal : answer;
}

function ledgerAnswer({ request }: Inquiry, known: LedgerAnswer): UnitsAnswer | null {
  if (known.status === 'none') return null;
  if (known.fingerprint !== request.fingerprint) return { status: 'conflict' };
  return known.status === 'void'
    ? { status: 'no', reason: 'void', available: null, by: 'books' }
    : { status: 'booked', replayed: !request.isFresh, posting: known.posting };
}
