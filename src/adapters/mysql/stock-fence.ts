import type { StockChange } from '../../domain/decide.ts';
import type { Session } from './session.ts';
import { integer } from './values.ts';

const UPDATE_FENCED = `
  UPDATE JSON_TABLE(?, '$[*]' COLUMNS (p BIGINT PATH '$[0]', l BIGINT PATH '$[1]', d BIGINT PATH '$[2]',
                                       v BIGINT PATH '$[3]', t BIGINT PATH '$[4]')) AS c
    STRAIGHT_JOIN stock s ON s.product_id = c.p AND s.location_id = c.l
     SET s.on_hand = s.on_hand + c.d, s.version = s.version + 1, s.fence = c.t
   WHERE s.version = c.v AND s.fence < c.t`;

/** A row that carries the token itself was written by this transaction, or by another owner of the same token. */
const SELECT_FENCE = `
  SELECT MAX(s.fence) AS fence
    FROM JSON_TABLE(?, '$[*]' COLUMNS (p BIGINT PATH '$[0]', l BIGINT PATH '$[1]', d BIGINT PATH '$[2]',
                                       v BIGINT PATH '$[3]', t BIGINT PATH '$[4]')) AS c
    STRAIGHT_JOIN stock s ON s.product_id = c.p AND s.location_id = c.l
   WHERE s.fence > c.t OR (s.fence = c.t AND s.version <> c.v + 1)`;

/**
 * Changes the rows if nobody has changed them since they were read, and nobody with this token or a
 * higher one has written to them. False = some row could not; roll back.
 */
export async function changeFenced(
  session: Session,
  changes: readonly StockChange[],
  token: number,
): Promise<boolean> {
  const { matched } = await session.run(UPDATE_FENCED, [listOf(changes, token)]);
  return matched === changes.length;
}

/** Why it could not: the token that fences this one off, or null when it is another writer's version. */
export async function readFence(
  session: Session,
  changes: readonly StockChange[],
  token: number,
): Promise<number | null> {
  const [row] = await session.rows<{ fence: number | null }>(SELECT_FENCE, [
    listOf(changes, token),
  ]);
  return row?.fence === undefined || row.fence === null ? null : integer(row.fence);
}

function listOf(changes: readonly StockChange[], token: number): string {
  return JSON.stringify(changes.map((c) => [c.productId, c.locationId, c.delta, c.version, token]));
}
