import { keyText } from '../../domain/decide.ts';
import type { Balance, StockChange, StockKey } from '../../domain/decide.ts';
import { isDuplicateKey } from './errors.ts';
import type { Session } from './session.ts';
import { integer } from './values.ts';

/**
 * Lists travel as one JSON parameter, so that the SQL text stays constant; STRAIGHT_JOIN makes the
 * server visit (and lock) the rows in the order of the list, which is the global lock order.
 */
const SELECT_STOCK = `
  SELECT s.product_id, s.location_id, s.on_hand, s.reserved, s.version
    FROM JSON_TABLE(?, '$[*]' COLUMNS (p BIGINT PATH '$[0]', l BIGINT PATH '$[1]')) AS asked
    STRAIGHT_JOIN stock s ON s.product_id = asked.p AND s.location_id = asked.l`;

const SELECT_ARCHIVED = `
  SELECT asked.p AS product_id, asked.l AS location_id,
         IF(p.status = 'archived', p.sku, NULL) AS sku, IF(l.status = 'archived', l.code, NULL) AS code
    FROM JSON_TABLE(?, '$[*]' COLUMNS (p BIGINT PATH '$[0]', l BIGINT PATH '$[1]')) AS asked
    STRAIGHT_JOIN products p ON p.id = asked.p
    STRAIGHT_JOIN locations l ON l.id = asked.l
   WHERE p.status = 'archived' OR l.status = 'archived'`;

const UPDATE_GUARDED = `
  UPDATE JSON_TABLE(?, '$[*]' COLUMNS (p BIGINT PATH '$[0]', l BIGINT PATH '$[1]', d BIGINT PATH '$[2]')) AS c
    STRAIGHT_JOIN stock s ON s.product_id = c.p AND s.location_id = c.l
     SET s.on_hand = s.on_hand + c.d, s.version = s.version + 1
   WHERE c.d >= 0 OR s.on_hand - s.reserved >= -c.d`;

const UPDATE_VERSIONED = `
  UPDATE JSON_TABLE(?, '$[*]' COLUMNS (p BIGINT PATH '$[0]', l BIGINT PATH '$[1]', d BIGINT PATH '$[2]',
                                       v BIGINT PATH '$[3]')) AS c
    STRAIGHT_JOIN stock s ON s.product_id = c.p AND s.location_id = c.l
     SET s.on_hand = s.on_hand + c.d, s.version = s.version + 1
   WHERE s.version = c.v`;

interface StockRow {
  product_id: number;
  location_id: number;
  on_hand: number;
  reserved: number;
  version: number;
}

/**
 * The balances of the keys that have a row, and of what is archived even without one. With `lock`, the rows stay locked until the transaction ends.
 * Statuses are read after the locks are held: archiving takes the same locks first.
 */
export async function readBalances(
  session: Session,
  keys: readonly StockKey[],
  lock: boolean,
): Promise<ReadonlyMap<string, Balance>> {
  const list = JSON.stringify(keys.map((key) => [key.productId, key.locationId]));
  const rows = await session.rows<StockRow>(lock ? `${SELECT_STOCK} FOR UPDATE` : SELECT_STOCK, [
    list,
  ]);
  const archived = await readArchived(session, list);
  const balances = new Map<string, Balance>();
  for (const row of rows) {
    const key = { productId: integer(row.product_id), locationId: integer(row.location_id) };
    balances.set(keyText(key), {
      ...key,
      onHand: integer(row.on_hand),
      reserved: integer(row.reserved),
      version: integer(row.version),
      archived: archived.get(keyText(key)) ?? null,
    });
  }
  for (const key of keys) {
    const what = archived.get(keyText(key));
    if (what === undefined || balances.has(keyText(key))) continue;
    balances.set(keyText(key), { ...key, onHand: 0, reserved: 0, version: 0, archived: what });
  }
  return balances;
}

/** The deciding statement: takes and gives in one guarded UPDATE. False = some row could not; roll back. */
export async function changeGuarded(
  session: Session,
  changes: readonly StockChange[],
): Promise<boolean> {
  const list = JSON.stringify(changes.map((c) => [c.productId, c.locationId, c.delta]));
  return (await session.run(UPDATE_GUARDED, [list])).matched === changes.length;
}

/** The same, only for rows that nobody changed since they were read. False = somebody did; roll back. */
export async function changeVersioned(
  session: Session,
  changes: readonly StockChange[],
): Promise<boolean> {
  const list = JSON.stringify(changes.map((c) => [c.productId, c.locationId, c.delta, c.version]));
  return (await session.run(UPDATE_VERSIONED, [list])).matched === changes.length;
}

/** Creates missing rows with zero stock; a row that somebody else just made is fine. */
export async function ensureStockRows(session: Session, keys: readonly StockKey[]): Promise<void> {
  for (const { productId, locationId } of keys) {
    try {
      await session.run('INSERT INTO stock (product_id, location_id) VALUES (?, ?)', [
        productId,
        locationId,
      ]);
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }
}

async function readArchived(session: Session, list: string): Promise<ReadonlyMap<string, string>> {
  const rows = await session.rows<{
    product_id: number;
    location_id: number;
    sku: string | null;
    code: string | null;
  }>(SELECT_ARCHIVED, [list]);
  return new Map(
    rows.map((row) => [
      keyText({ productId: integer(row.product_id), locationId: integer(row.location_id) }),
      row.sku === null ? `location ${row.code ?? ''}` : `product ${row.sku}`,
    ]),
  );
}
