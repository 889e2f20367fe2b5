import { callPostOneLine } from '../adapters/mysql/post-one-line.ts';
import { findPostings, loadPostings } from '../adapters/mysql/postings.ts';
import { changeGuarded, readBalances } from '../adapters/mysql/stock-rows.ts';
import { isCounted } from '../domain/decide.ts';
import type { PostingDraft, PostingLine, PostingOutcome } from '../domain/posting.ts';
import { assert } from '../lib/assert.ts';
import type { PostingStrategy } from '../ports/posting-strategy.ts';
import { answerBefore, postUnit } from './posting-unit.ts';
import type { Claim, UnitDependencies } from './posting-unit.ts';

/**
 * Guarded update: `UPDATE … WHERE on_hand - reserved >= ?` decides, the database is the only judge.
 * A posting of one line (the everyday call) is one stored procedure, so that the lock on a hot row
 * never waits for the network; anything larger is a transaction of several statements.
 */
export function createConditional(dependencies: UnitDependencies): PostingStrategy {
  return {
    name: 'conditional',
    post: async (drafts, options) => {
      const [draft] = drafts;
      const [line] = draft?.lines ?? [];
      const isSimple =
        drafts.length === 1 &&
        draft?.lines.length === 1 &&
        draft.reversesId === null &&
        draft.order === undefined;
      if (!isSimple || line === undefined || isCounted(line) || options.dryRun) {
        const hasCount = drafts.some(({ lines }) => lines.some(isCounted));
        const claim = hasCount ? countedClaim : conditionalClaim;
        return postUnit(dependencies, claim, drafts, options);
      }
      const outcome = await postOneLine(dependencies, draft, line);
      return outcome === null
        ? postUnit(dependencies, conditionalClaim, drafts, options)
        : [outcome];
    },
  };
}

const conditionalClaim: Claim = {
  name: 'conditional',
  locksOnRead: false,
  // The update holds the locks now, so what is read next is what it left.
  change: async (session, changes) =>
    (await changeGuarded(session, changes)) ? readBalances(session, changes, false) : null,
};

/** A guard says "enough", never "exactly": where a counted level decides, the balance is locked first. */
const countedClaim: Claim = { ...conditionalClaim, locksOnRead: true };

/** @returns null when the procedure booked nothing and cannot say why as exactly as a whole decision */
async function postOneLine(
  { database }: UnitDependencies,
  draft: PostingDraft,
  line: PostingLine,
): Promise<PostingOutcome | null> {
  const answer = await database.write((session) => callPostOneLine(session, draft, line));
  switch (answer.outcome) {
    case 'posted':
      return { status: 'posted', posting: answer.posting };
    case 'exists':
      return replayOf({ database }, draft);
    case 'insufficient': {
      const { onHand, reserved } = answer;
      // The balance is read after the refusal: meanwhile enough may have come in.
      return onHand - reserved >= -line.quantity ? null : insufficient(line, onHand, reserved);
    }
    case 'archived':
    case 'no_stock_row':
    case 'beyond_limit':
      return null;
  }
}

function insufficient(line: PostingLine, onHand: number, reserved: number): PostingOutcome {
  const { sku, location } = line;
  return {
    status: 'insufficient',
    shortages: [{ sku, location, wanted: -line.quantity, onHand, reserved }],
  };
}

async function replayOf(
  { database }: Pick<UnitDependencies, 'database'>,
  draft: PostingDraft,
): Promise<PostingOutcome> {
  return database.read(async (session) => {
    const known = await findPostings(session, [draft.requestId]);
    const earlier = known.get(draft.requestId);
    const posting = (await loadPostings(session, known)).get(draft.requestId);
    assert(earlier !== undefined && posting !== undefined, 'a posting that exists can be loaded');
    return answerBefore(draft, earlier, posting);
  });
}
