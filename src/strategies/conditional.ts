import { callPostOneLine } from '../adapters/mysql/post-one-line.ts';
import { findPostings, loadPostings } from '../adapters/mysql/postings.ts';
import { changeGuarded, ensureStockRows, readBalances } from '../adapters/mysql/stock-rows.ts';
import { isCounted } from '../domain/decide.ts';
import type { PostingDraft, PostingLine, PostingOutcome } from '../domain/posting.ts';
import { assert } from '../lib/assert.ts';
import type { PostingStrategy } from '../ports/posting-strategy.ts';
import { postUnit } from './posting-unit.ts';
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
        drafts.length === 1 && draft?.lines.length === 1 && draft.reversesId === null;
      if (!isSimple || line === undefined || isCounted(line) || options.dryRun) {
        const hasCount = drafts.some(({ lines }) => lines.some(isCounted));
        const claim = hasCount ? countedClaim : conditionalClaim;
        return postUnit(dependencies, claim, drafts, options);
      }
      return [await postOneLine(dependencies, draft, line)];
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

async function postOneLine(
  { database }: UnitDependencies,
  draft: PostingDraft,
  line: PostingLine,
): Promise<PostingOutcome> {
  for (;;) {
    const answer = await database.write((session) => callPostOneLine(session, draft, line));
    switch (answer.outcome) {
      case 'posted':
        return { status: 'posted', posting: answer.posting };
      case 'exists':
        return replayOf({ database }, draft);
      case 'archived':
        return { status: 'archived', what: `product ${line.sku} or location ${line.location}` };
      case 'no_stock_row':
        if (line.quantity < 0) return insufficient(line, 0, 0);
        await database.read((session) => ensureStockRows(session, [line]));
        break;
      case 'insufficient':
        return insufficient(line, answer.onHand, answer.reserved);
    }
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
    assert(earlier !== undefined, 'a request id that exists can be read');
    if (earlier.fingerprint !== draft.fingerprint) return { status: 'conflict' };
    const posting = (await loadPostings(session, known)).get(draft.requestId);
    assert(posting !== undefined, 'a posting that exists can be loaded');
    return { status: 'replayed', posting };
  });
}
