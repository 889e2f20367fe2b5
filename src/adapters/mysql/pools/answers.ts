import type { LedgerAnswer } from '../../../ports/pool-books.ts';
import { assert } from '../../../lib/assert.ts';
import { findPostings, loadPostings } from '../postings.ts';
import type { KnownPosting } from '../postings.ts';
import type { Session } from '../session.ts';

const SELECT_NOW = 'SELECT UTC_TIMESTAMP(6) AS now';

/** What the ledger knows of each of these ids; `none` for those it does not know. */
export async function answersOf(
  session: Session,
  requestIds: readonly string[],
): Promise<ReadonlyMap<string, LedgerAnswer>> {
  return answersFrom(session, requestIds, await findPostings(session, requestIds));
}

/** The same, from the postings that stand for the ids. */
export async function answersFrom(
  session: Session,
  requestIds: readonly string[],
  known: ReadonlyMap<string, KnownPosting>,
): Promise<ReadonlyMap<string, LedgerAnswer>> {
  const booked = new Map([...known].filter(([, { kind }]) => kind !== 'void'));
  const postings = await loadPostings(session, booked);
  return new Map(
    requestIds.map((requestId): [string, LedgerAnswer] => {
      const earlier = known.get(requestId);
      if (earlier === undefined) return [requestId, { status: 'none' }];
      const { fingerprint, kind } = earlier;
      if (kind === 'void') return [requestId, { status: 'void', fingerprint }];
      const posting = postings.get(requestId);
      assert(posting !== undefined, 'a posting that exists can be loaded');
      return [requestId, { status: 'booked', fingerprint, posting }];
    }),
  );
}

export async function answerOf(session: Session, requestId: string): Promise<LedgerAnswer> {
  return (await answersOf(session, [requestId])).get(requestId) ?? { status: 'none' };
}

/** As a DATETIME(6). */
export async function databaseNow(session: Session): Promise<string> {
  const [row] = await session.rows<{ now: string }>(SELECT_NOW);
  return row?.now ?? '';
}
