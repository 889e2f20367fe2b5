import type { Finding } from '../../../domain/reconcile/finding.ts';
import type { RepairOutcome } from '../../../ports/repairs.ts';
import type { Session } from '../session.ts';
import { integer } from '../values.ts';

const LOCK =
  'SELECT on_hand, reserved FROM stock WHERE product_id = ? AND location_id = ? FOR UPDATE';

/**
 * Whoever adds a movement, or changes what a pool is promised, also changes the stock row in the same
 * transaction: while it is locked, both sums belong to it.
 */
const SUMS = `
  SELECT (SELECT COALESCE(SUM(quantity), 0) FROM movements FORCE INDEX (movements_product)
           WHERE product_id = ? AND location_id = ?) AS total,
         (SELECT COALESCE(SUM(delegated - settled_cum + quarantine), 0) FROM pools
           WHERE product_id = ? AND location_id = ?) AS promised`;

const SET = {
  balance: `UPDATE stock SET on_hand = ?, version = version + 1 WHERE product_id = ? AND location_id = ?`,
  reserved: `UPDATE stock SET reserved = ?, version = version + 1 WHERE product_id = ? AND location_id = ?`,
} as const;

/** Sets one number of a stock row to what follows from the ledger, or from the pools. */
export async function repairLevel(
  session: Session,
  finding: Finding,
  kind: 'balance' | 'reserved',
): Promise<RepairOutcome> {
  const key = [finding.productId, finding.locationId];
  const [row] = await session.rows<{ on_hand: number; reserved: number }>(LOCK, key);
  if (row === undefined) return { status: 'failed', reason: 'there is no stock row' };
  const [sums] = await session.rows<{ total: number | string; promised: number | string }>(SUMS, [
    ...key,
    ...key,
  ]);
  const onHand = integer(row.on_hand);
  const reserved = integer(row.reserved);
  const isBalance = kind === 'balance';
  const actual = isBalance ? onHand : reserved;
  const expected = integer((isBalance ? sums?.total : sums?.promised) ?? 0);
  const name = isBalance ? 'on hand' : 'reserved';
  const seen = (finding.actual ?? 0) - (finding.expected ?? 0);
  // Sales move both sides alike: what was seen is how far they are apart.
  if (actual === expected) return { status: 'gone' };
  if (actual - expected !== seen) {
    const reason = `${name} is off by ${actual - expected} now, by ${seen} when it was seen`;
    return { status: 'stale', reason };
  }
  const [least, most] = isBalance ? [reserved, Number.MAX_SAFE_INTEGER] : [0, onHand];
  if (expected < least || expected > most) {
    const reason = `${name} would be ${expected}, with ${onHand} on hand and ${reserved} reserved`;
    return { status: 'failed', reason };
  }
  await session.run(SET[kind], [expected, ...key]);
  return { status: 'repaired', before: `${name} ${actual}`, after: `${name} ${expected}` };
}
