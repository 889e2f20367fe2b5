import type { Posting, PostingDraft, PostingLine } from '../../domain/posting.ts';
import { assert } from '../../lib/assert.ts';
import { isCheckViolation } from './errors.ts';
import type { Parameter, Session } from './session.ts';
import { datetimeFromIso, integer } from './values.ts';

const CALL = 'CALL post_one_line(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)';

export type OneLineAnswer =
  | { readonly outcome: 'posted'; readonly posting: Posting }
  | { readonly outcome: 'insufficient'; readonly onHand: number; readonly reserved: number }
  | { readonly outcome: 'exists' | 'archived' | 'no_stock_row' | 'beyond_limit' };

interface Row {
  outcome: string;
  posting_id: number | null;
  movement_id: number | null;
  on_hand: number | null;
  reserved: number | null;
}

/** Calls the procedure `post_one_line` (sql/migrations/0003): a whole posting in one round trip. */
export async function callPostOneLine(
  session: Session,
  draft: PostingDraft,
  line: PostingLine,
): Promise<OneLineAnswer> {
  const row = await call(session, [
    draft.requestId,
    Buffer.from(draft.fingerprint, 'hex'),
    draft.kind,
    'conditional',
    draft.origin.actor,
    draft.origin.host,
    draft.origin.source,
    draft.reason,
    draft.reference,
    draft.supplierId,
    draft.occurredAt === null ? null : datetimeFromIso(draft.occurredAt),
    line.productId,
    line.locationId,
    line.quantity,
    line.unitCost,
  ]);
  if (row === 'beyond_limit') return { outcome: row };
  switch (row.outcome) {
    case 'posted':
      return { outcome: 'posted', posting: postingFrom(row, draft, line) };
    case 'insufficient':
      return { outcome: 'insufficient', ...balanceOf(row) };
    case 'exists':
    case 'archived':
    case 'no_stock_row':
      return { outcome: row.outcome };
    default:
      throw new Error(`post_one_line answered ${row.outcome}`);
  }
}

/** The procedure rolls back before it passes an error on, so the connection stays usable. */
async function call(
  session: Session,
  parameters: readonly Parameter[],
): Promise<Row | 'beyond_limit'> {
  try {
    const [row] = await session.rows<Row>(CALL, parameters);
    assert(row !== undefined, 'post_one_line answers with one row');
    return row;
  } catch (error) {
    if (isCheckViolation(error)) return 'beyond_limit';
    throw error;
  }
}

function postingFrom(row: Row, draft: PostingDraft, line: PostingLine): Posting {
  assert(row.posting_id !== null && row.movement_id !== null, 'a posted line has its ids');
  const { onHand, reserved } = balanceOf(row);
  return {
    id: integer(row.posting_id),
    requestId: draft.requestId,
    kind: draft.kind,
    strategy: 'conditional',
    movements: [
      {
        id: integer(row.movement_id),
        sku: line.sku,
        location: line.location,
        quantity: line.quantity,
        onHandBefore: onHand - line.quantity,
        onHandAfter: onHand,
        availableAfter: onHand - reserved,
      },
    ],
  };
}

function balanceOf(row: Row): { onHand: number; reserved: number } {
  assert(row.on_hand !== null && row.reserved !== null, 'a decided line has a balance');
  return { onHand: integer(row.on_hand), reserved: integer(row.reserved) };
}
