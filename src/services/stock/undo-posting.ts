import { fingerprint } from '../../domain/fingerprint.ts';
import type { Origin, PostingDraft, PostingLine } from '../../domain/posting.ts';
import { InvError } from '../../lib/errors.ts';
import type { BookedPosting, LedgerReader } from '../../ports/ledger-reader.ts';
import type { PostingStrategy } from '../../ports/posting-strategy.ts';
import { bookOne } from './post-stock.ts';
import type { PostedStock } from './post-stock.ts';

export interface UndoDependencies {
  readonly ledger: LedgerReader;
  readonly strategy: PostingStrategy;
  readonly origin: Origin;
}

/** What to undo, as the user names it. A word is a request id first, and only then a posting's number. */
export type UndoTarget = { readonly word: string } | { readonly postingId: number };

export interface UndoRequest {
  readonly target: UndoTarget;
  readonly requestId: string;
  readonly reason: string | null;
}

/**
 * Books the counter-movements of a posting, once. An undo is a posting like any other: it can be
 * undone itself.
 * @throws InvError NOT_FOUND, REFUSED (undone before), INSUFFICIENT_STOCK (the goods have left since),
 *   ARCHIVED, REQUEST_CONFLICT; STORE_UNAVAILABLE, OUTCOME_UNKNOWN
 */
export async function undoPosting(
  { ledger, strategy, origin }: UndoDependencies,
  request: UndoRequest,
  { dryRun }: { readonly dryRun: boolean },
): Promise<PostedStock> {
  const booked = await findTarget(ledger, request.target);
  if (booked.kind === 'void') {
    throw new InvError(
      'REFUSED',
      `request ${booked.requestId} was refused: it moved nothing, so there is nothing to undo`,
      { hint: 'inv stock history' },
    );
  }
  if (booked.lines.length === 0) {
    throw new InvError('REFUSED', 'that posting moved nothing, so there is nothing to undo', {
      hint: 'inv stock history',
    });
  }
  return bookOne(strategy, reversalOf(booked, request, origin), { dryRun });
}

function reversalOf(
  booked: BookedPosting,
  { requestId, reason }: UndoRequest,
  origin: Origin,
): PostingDraft {
  const kind = 'reversal';
  const { id, reference, supplierId } = booked;
  // What came last goes back first: the goods of a move return to where they came from.
  const lines = booked.lines.toReversed().map((line): PostingLine => ({
    ...line,
    quantity: -line.quantity,
  }));
  return {
    requestId,
    // The posting that is undone is all of the content; its lines can never change.
    fingerprint: fingerprint({
      kind: `${kind} of ${String(id)}`,
      lines,
      reason,
      reference,
      supplier: null,
      occurredAt: null,
    }),
    kind,
    origin,
    reason,
    reference,
    supplierId,
    occurredAt: null,
    reversesId: id,
    lines,
  };
}

async function findTarget(ledger: LedgerReader, target: UndoTarget): Promise<BookedPosting> {
  if ('postingId' in target) {
    const booked = await ledger.findPosting(target);
    return booked ?? notFound(`posting ${String(target.postingId)}`);
  }
  const { word } = target;
  const booked = await ledger.findPosting({ requestId: word });
  if (booked !== undefined) return booked;
  const postingId = /^[1-9][0-9]{0,15}$/.test(word) ? Number(word) : undefined;
  if (postingId === undefined || !Number.isSafeInteger(postingId)) {
    return notFound(`booked request ${word}`);
  }
  return (await ledger.findPosting({ postingId })) ?? notFound(`booked request or posting ${word}`);
}

function notFound(what: string): never {
  throw new InvError('NOT_FOUND', `there is no ${what}`, { hint: 'inv stock history' });
}
