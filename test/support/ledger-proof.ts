import { createHash } from 'node:crypto';
import type { TestDatabase } from './database.ts';

/** Each invariant of the books as a query for its counter-examples. */
const COUNTER_EXAMPLES = {
  'on_hand = sum of movements': `
    SELECT s.product_id, s.location_id, s.on_hand, COALESCE(SUM(m.quantity), 0) AS sum_of_movements
      FROM stock s
      LEFT JOIN movements m ON m.product_id = s.product_id AND m.location_id = s.location_id
     GROUP BY s.product_id, s.location_id, s.on_hand HAVING s.on_hand <> sum_of_movements`,
  'every movement has its stock row': `
    SELECT m.id FROM movements m
      LEFT JOIN stock s ON s.product_id = m.product_id AND s.location_id = m.location_id
     WHERE s.product_id IS NULL`,
  '0 <= reserved <= on_hand': `
    SELECT product_id, location_id, on_hand, reserved FROM stock
     WHERE reserved < 0 OR reserved > on_hand OR on_hand < 0`,
  'the running balance is the sum of the movements so far': `
    SELECT * FROM (
      SELECT id, on_hand_after,
             SUM(quantity) OVER (PARTITION BY product_id, location_id ORDER BY id) AS running
        FROM movements) AS ledger
     WHERE on_hand_after <> running`,
  'a posting has movements, numbered from 1 (a count that found no difference has none)': `
    SELECT p.id, p.kind, COUNT(m.id) AS movements, MAX(m.line) AS last_line
      FROM postings p LEFT JOIN movements m ON m.posting_id = p.id
     WHERE p.kind <> 'void'
       AND p.id NOT IN (SELECT posting_id FROM parked_events WHERE posting_id IS NOT NULL)
     GROUP BY p.id, p.kind HAVING (movements = 0 AND p.kind <> 'adjust')
        OR (movements > 0 AND (last_line <> movements OR MIN(m.line) <> 1))`,
  'a recorded NO moves nothing': `
    SELECT p.id FROM postings p JOIN movements m ON m.posting_id = p.id WHERE p.kind = 'void'`,
  'a request id is booked once': `
    SELECT request_id FROM postings GROUP BY request_id HAVING COUNT(*) > 1`,
  'a posting is reversed once': `
    SELECT reverses_id FROM postings WHERE reverses_id IS NOT NULL
     GROUP BY reverses_id HAVING COUNT(*) > 1`,
  'a reversal is the opposite of what it reverses': `
    SELECT p.id, m.product_id, m.location_id, SUM(m.quantity) AS left_over
      FROM postings p
      JOIN postings r ON r.id = p.reverses_id AND r.kind <> 'void'
      JOIN movements m ON m.posting_id IN (p.id, p.reverses_id)
     GROUP BY p.id, m.product_id, m.location_id HAVING left_over <> 0`,
  'reserved = what pools have outstanding and in quarantine': `
    SELECT s.product_id, s.location_id, s.reserved,
           COALESCE(SUM(b.delegated - b.settled_cum + b.quarantine), 0) AS promised
      FROM stock s
      LEFT JOIN pools b ON b.product_id = s.product_id AND b.location_id = s.location_id
     GROUP BY s.product_id, s.location_id, s.reserved HAVING s.reserved <> promised`,
  'a pool has its stock row': `
    SELECT b.id FROM pools b
      LEFT JOIN stock s ON s.product_id = b.product_id AND s.location_id = b.location_id
     WHERE s.product_id IS NULL`,
  'sold + returned + duplicates = settled_cum': `
    SELECT id, sold, returned, duplicates, settled_cum, settled_ret FROM pools
     WHERE sold + returned + duplicates <> settled_cum OR settled_ret <> returned`,
  'what a bucket sold in its epoch stands in the ledger': `
    SELECT b.id, b.sold, b.short_units, COALESCE(SUM(-m.quantity), 0) AS moved
      FROM pools b
      LEFT JOIN movements m ON m.pool_id = b.id AND m.pool_epoch = b.epoch
     GROUP BY b.id, b.sold, b.short_units
    HAVING moved > b.sold OR moved < b.sold - b.short_units`,
  'settled events are numbered up to settled_seq': `
    SELECT m.id, m.pool_seq, b.settled_seq
      FROM movements m JOIN pools b ON b.id = m.pool_id AND b.epoch = m.pool_epoch
     WHERE m.pool_seq < 1 OR m.pool_seq > b.settled_seq`,
  'every version of a shard is in its log': `
    SELECT p.shard, p.version FROM settlement_progress p
      LEFT JOIN settlement_log l ON l.shard = p.shard AND l.version = p.version
     WHERE l.shard IS NULL`,
  'a sale stands among the orders': `
    SELECT p.request_id FROM postings p LEFT JOIN orders o ON o.request_id = p.request_id
     WHERE p.kind = 'sale' AND o.id IS NULL
       AND p.request_id NOT LIKE 'sold:%' AND p.request_id NOT LIKE 'covered:%'`,
  'a settled order has its posting': `
    SELECT o.request_id FROM orders o LEFT JOIN postings p ON p.request_id = o.request_id
     WHERE o.state = 'settled' AND p.id IS NULL`,
} as const;

/** @returns what breaks an invariant of the books, by the invariant; {} when they are sound */
export async function violations(database: TestDatabase): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const [name, query] of Object.entries(COUNTER_EXAMPLES)) {
    const rows = await database.sql(query);
    if (rows.length > 0) found[name] = rows;
  }
  return found;
}

/** Every row of every table, in an order that does not change. */
export async function dumpTables(
  database: TestDatabase,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const dump: Record<string, readonly string[]> = {};
  for (const table of await tableNames(database)) {
    const rows = await database.sql(`SELECT * FROM ${table}`);
    dump[table] = rows.map((row) => JSON.stringify(row)).sort();
  }
  return dump;
}

/** One hash of all rows: short in a failure message, where `dumpTables` would be pages. */
export async function checksumOfRows(database: TestDatabase): Promise<string> {
  return createHash('sha256')
    .update(JSON.stringify(await dumpTables(database)))
    .digest('hex');
}

/** Tables, columns, triggers and routines, as the server describes them. */
export async function describeSchema(database: TestDatabase): Promise<unknown> {
  const columns = await database.sql(
    `SELECT table_name, column_name, column_type, is_nullable, column_key FROM information_schema.columns
      WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position`,
  );
  const triggers = await database.sql(
    `SELECT trigger_name, event_manipulation, event_object_table FROM information_schema.triggers
      WHERE trigger_schema = DATABASE() ORDER BY trigger_name`,
  );
  const routines = await database.sql(
    `SELECT routine_name, MD5(routine_definition) AS body FROM information_schema.routines
      WHERE routine_schema = DATABASE() ORDER BY routine_name`,
  );
  return { columns, triggers, routines };
}

async function tableNames(database: TestDatabase): Promise<readonly string[]> {
  const rows = await database.sql(
    `SELECT table_name AS name FROM information_schema.tables
      WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY table_name`,
  );
  return rows.map((row) => String(row['name']));
}
