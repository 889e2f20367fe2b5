import type { PostingDraft } from '../../../domain/posting.ts';
import { hexLiteral } from '../row-statements.ts';
import type { TextLiteral } from '../row-statements.ts';
import type { Session } from '../session.ts';
import { buyerColumn } from './column-text.ts';

const INSERT = `
  INSERT INTO orders (request_id, fingerprint, state, product_id, location_id, quantity, buyer, reference,
                      actor, host, source, created_at, updated_at) VALUES`;

const CLAUSE =
  "ON DUPLICATE KEY UPDATE state = 'settled', deadline = NULL, updated_at = VALUES(updated_at)";

/** Drafts that MySQL has sold by itself, in place of a pool: they stand among the orders, settled at once. */
export async function insertSoldOrders(
  session: Session,
  drafts: readonly PostingDraft[],
): Promise<void> {
  const items = drafts.filter(({ order }) => order !== undefined);
  const literalOf = (draft: PostingDraft, text: TextLiteral): string => {
    const { requestId, fingerprint, reference, origin, order, lines } = draft;
    const [line] = lines;
    const { productId = 0, locationId = 0, quantity = 0 } = line ?? {};
    return (
      `(${text(requestId)},${hexLiteral(fingerprint)},'settled',${productId},${locationId},${-quantity},` +
      `${text(buyerColumn(order?.buyer ?? null))},${text(reference)},${text(origin.actor)},` +
      `${text(origin.host)},${text(origin.source)},UTC_TIMESTAMP(6),UTC_TIMESTAMP(6))`
    );
  };
  await session.prepareRows({ sql: INSERT, items, literalOf, clause: CLAUSE }).send();
}
