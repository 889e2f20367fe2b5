import { Rollback } from '../adapters/mysql/database.ts';
import type { Database } from '../adapters/mysql/database.ts';
import { isCheckViolation, isDuplicateKey } from '../adapters/mysql/errors.ts';
import { insertSoldOrders } from '../adapters/mysql/pools/sold-orders.ts';
import {
  findPostings,
  findReversals,
  insertPostings,
  loadPostings,
} from '../adapters/mysql/postings.ts';
import type { KnownPosting } from '../adapters/mysql/postings.ts';
import type { Session } from '../adapters/mysql/session.ts';
import { ensureStockRows, readBalances } from '../adapters/mysql/stock-rows.ts';
import { decide, keyText, lockOrder } from '../domain/decide.ts';
import type { Balance, Decision, StockChange, StockKey, Verdict } from '../domain/decide.ts';
import type { Posting, PostingDraft, PostingOutcome } from '../domain/posting.ts';
import { assert } from '../lib/assert.ts';
import { backoffMs } from '../lib/backoff.ts';
import { InvError } from '../lib/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { PostOptions } from '../ports/posting-strategy.ts';
import { bookMovements } from './book-movements.ts';

/** How a strategy takes stock rows from other writers; everything else is common. */
export interface Claim {
  readonly name: string;
  /** Whether reading the balances locks the rows until the end of the transaction. */
  readonly locksOnRead: boolean;
  /**
   * Changes the rows. Returns the balances right after the change, or null when another writer was
   * first: then everything is rolled back and decided anew. A claim that is fenced off has lost its
   * right to the rows: then everything is rolled back, and `postUnit` throws FencedOff.
   */
  change(
    session: Session,
    changes: readonly StockChange[],
    read: ReadonlyMap<string, Balance>,
  ): Promise<ReadonlyMap<string, Balance> | Fenced | null>;
}

/** A row has been written under this fencing token, which is not below that of the claim. */
interface Fenced {
  readonly fencedBy: number;
}

/** The claim was fenced off: nothing was booked, and only a claim with a higher token can. */
export class FencedOff extends Error {
  override readonly name = 'FencedOff';
  readonly fence: number;
  constructor(fence: number) {
    super(`fenced off by the token ${String(fence)}`);
    this.fence = fence;
  }
}

export interface UnitDependencies {
  readonly database: Database;
  readonly clock: Clock;
  /** Rounds of deciding anew after another writer was first, before giving up. */
  readonly attemptsMax: number;
}

/** Why a round ended without an answer. */
type Again =
  | { readonly again: 'another writer was first' }
  | { readonly missing: readonly StockKey[] }
  | Fenced;

const BETWEEN_ROUNDS = { baseMs: 2, factor: 1.6, maxMs: 200 };

/**
 * Decides and books drafts in one transaction.
 *
 * The balances are read before the request ids are looked up: under READ COMMITTED a balance that
 * already shows another run of the same request then comes with that run's posting, so that a
 * request that was booked is never told "insufficient".
 * @throws FencedOff, InvError BUSY, STORE_UNAVAILABLE, OUTCOME_UNKNOWN
 */
export async function postUnit(
  dependencies: UnitDependencies,
  claim: Claim,
  drafts: readonly PostingDraft[],
  options: PostOptions,
): Promise<readonly PostingOutcome[]> {
  const { database, clock, attemptsMax } = dependencies;
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const result = await database.transaction<readonly PostingOutcome[] | Again>((session) =>
      decideAndBook(session, claim, drafts, options),
    );
    if (Array.isArray(result)) return result as readonly PostingOutcome[];
    if ('fencedBy' in result) throw new FencedOff(result.fencedBy);
    if ('missing' in result) {
      await database.read((session) => ensureStockRows(session, result.missing));
    } else {
      await clock.sleep(backoffMs(attempt, clock.random(), BETWEEN_ROUNDS));
    }
  }
  throw new InvError(
    'BUSY',
    `other writers changed the same stock first, ${String(attemptsMax)} times in a row; nothing was booked`,
    { hint: 'run it again, or use --strategy conditional' },
  );
}

async function decideAndBook(
  session: Session,
  claim: Claim,
  drafts: readonly PostingDraft[],
  options: PostOptions,
): Promise<readonly PostingOutcome[]> {
  const keys = lockOrder(drafts.flatMap((draft) => draft.lines));
  const balances = await readBalances(session, keys, claim.locksOnRead);
  const settled = await settledOutcomes(session, drafts);
  const fresh = drafts.filter((draft) => !settled.has(draft.requestId));
  const decision = decide(fresh, balances);
  const verdicts = new Map(
    fresh.map((draft, at) => [draft.requestId, decision.verdicts[at]] as const),
  );
  const accepted = fresh.flatMap((draft) => {
    const verdict = verdicts.get(draft.requestId);
    return verdict?.status === 'accepted' ? [{ ...draft, lines: verdict.lines }] : [];
  });

  const blocked = options.atomic && !allFine(drafts, settled, verdicts);
  if (blocked || accepted.length === 0) {
    throw new Rollback(drafts.map((draft) => refusal(draft, settled, verdicts)));
  }
  const missing = decision.changes.filter((change) => !balances.has(keyText(change)));
  if (missing.length > 0) {
    if (!options.dryRun) throw new Rollback<Again>({ missing });
    // A trial leaves nothing behind: its rows go with its transaction.
    await ensureStockRows(session, missing);
    return decideAndBook(session, claim, drafts, options);
  }

  const booked = await book(session, claim, { accepted, decision, balances });
  const outcomes = drafts.map((draft): PostingOutcome => {
    const posting = booked.get(draft.requestId);
    return posting ? { status: 'posted', posting } : refusal(draft, settled, verdicts);
  });
  if (options.dryRun) throw new Rollback(outcomes);
  return outcomes;
}

interface Decided {
  readonly accepted: readonly PostingDraft[];
  readonly decision: Decision;
  readonly balances: ReadonlyMap<string, Balance>;
}

async function book(
  session: Session,
  claim: Claim,
  { accepted, decision, balances }: Decided,
): Promise<ReadonlyMap<string, Posting>> {
  let postingIds: readonly number[];
  try {
    postingIds = await insertPostings(session, accepted, claim.name);
  } catch (error) {
    if (isDuplicateKey(error)) throw new Rollback<Again>({ again: 'another writer was first' });
    throw error;
  }
  const after = await changeStock(session, claim, decision, balances);
  if (after === null) throw new Rollback<Again>({ again: 'another writer was first' });
  if ('fencedBy' in after) throw new Rollback<Again>(after);
  const booked = { strategy: claim.name, accepted, postingIds, decision, after };
  const postings = await bookMovements(session, booked);
  await insertSoldOrders(session, accepted);
  return postings;
}

/** A row that others changed since it was read may even be beyond its limits: that is decided anew too. */
async function changeStock(
  session: Session,
  claim: Claim,
  decision: Decision,
  balances: ReadonlyMap<string, Balance>,
): ReturnType<Claim['change']> {
  try {
    return await claim.change(session, decision.changes, balances);
  } catch (error) {
    if (isCheckViolation(error)) return null;
    throw error;
  }
}

/** Drafts that the ledger answers already: replays, reused ids, postings reversed before. */
async function settledOutcomes(
  session: Session,
  drafts: readonly PostingDraft[],
): Promise<ReadonlyMap<string, PostingOutcome>> {
  const known = await findPostings(
    session,
    drafts.map((draft) => draft.requestId),
  );
  const reversals = await findReversals(
    session,
    drafts.flatMap((draft) => (draft.reversesId === null ? [] : [draft.reversesId])),
  );
  const postings = await loadPostings(session, known);
  const settled = new Map<string, PostingOutcome>();
  for (const draft of drafts) {
    const earlier = known.get(draft.requestId);
    const posting = postings.get(draft.requestId);
    const reversedBy = draft.reversesId === null ? undefined : reversals.get(draft.reversesId);
    if (earlier && posting) {
      settled.set(draft.requestId, answerBefore(draft, earlier, posting));
    } else if (reversedBy !== undefined) {
      settled.set(draft.requestId, { status: 'already_reversed', byRequestId: reversedBy });
    }
  }
  return settled;
}

/** What a request comes to whose id is in the ledger; a recorded NO stays a NO. */
export function answerBefore(
  draft: PostingDraft,
  earlier: KnownPosting,
  posting: Posting,
): PostingOutcome {
  if (earlier.fingerprint !== draft.fingerprint) return { status: 'conflict' };
  return earlier.kind === 'void' ? { status: 'void' } : { status: 'replayed', posting };
}

function allFine(
  drafts: readonly PostingDraft[],
  settled: ReadonlyMap<string, PostingOutcome>,
  verdicts: ReadonlyMap<string, Verdict | undefined>,
): boolean {
  return drafts.every(
    ({ requestId }) =>
      settled.get(requestId)?.status === 'replayed' || isFine(verdicts.get(requestId)),
  );
}

function isFine(verdict: Verdict | undefined): boolean {
  return verdict?.status === 'accepted';
}

function refusal(
  draft: PostingDraft,
  settled: ReadonlyMap<string, PostingOutcome>,
  verdicts: ReadonlyMap<string, Verdict | undefined>,
): PostingOutcome {
  const answered = settled.get(draft.requestId);
  if (answered) return answered;
  const verdict = verdicts.get(draft.requestId);
  assert(verdict !== undefined, 'every fresh draft has a verdict');
  return verdict.status === 'accepted' ? { status: 'withheld' } : verdict;
}
