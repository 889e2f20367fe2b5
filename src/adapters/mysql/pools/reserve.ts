import { keyText } from '../../../domain/decide.ts';
import type { PoolChange } from '../../../ports/pool-commands.ts';
import type { Session } from '../session.ts';
import { readBalances } from '../stock-rows.ts';
import type { PoolKey } from './bucket-rows.ts';

/** The deciding statement: units are promised to a pool only where they are free. */
const RESERVE = `
  UPDATE stock SET reserved = reserved + ?, version = version + 1
   WHERE product_id = ? AND location_id = ? AND on_hand - reserved >= ?`;

/**
 * Promises units to a pool. @returns why not (then roll back), null when they are reserved.
 * Statuses are read after the stock row is locked: archiving locks the same row first.
 */
export async function reserve(
  session: Session,
  key: PoolKey,
  units: number,
): Promise<PoolChange | null> {
  const { productId, locationId } = key;
  const { matched } = await session.run(RESERVE, [units, productId, locationId, units]);
  const balance = (await readBalances(session, [key], false)).get(keyText(key));
  const archived = balance?.archived ?? null;
  if (archived !== null) return { status: 'archived', what: archived };
  if (matched === 1) return null;
  return {
    status: 'insufficient',
    onHand: balance?.onHand ?? 0,
    reserved: balance?.reserved ?? 0,
  };
}
