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
     GROUP BY p.id, p.kind HAVING (movements = 0 AND p.kind <> 'adjust')
        OR (movements > 0 AND (last_line <> movements OR MIN(m.line) <> 1))`,
  'a request id is booked once': `
    SELECT request_id FROM postings GROUP BY request_id HAVING COUNT(*) > 1`,
  'a posting is reversed once': `
    SELECT reverses_id FROM postings WHERE reverses_id IS NOT NULL
     GROUP BY reverses_id HAVING COUNT(*) > 1`,
  'a reversal is the opposite of what it reverses': `
    SELECT p.id, m.product_id, m.location_id, SUM(m.quantity) AS left_over
      FROM postings p
      JOIN movements m ON m.posting_id IN (p.id, p.reverses_id)
     WHERE p.reverses_id IS NOT NULL
     GROUP BY p.id, m.product_id, m.location_id HAVING left_over <> 0`,
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
