import type { Database } from './database.ts';
import type { Session } from './session.ts';
import { integer } from './values.ts';

/** `#` ends the part of an id that the caller knows; what follows tells attempts apart. */
const SELECT_BOOKED = `
  SELECT SUBSTRING_INDEX(p.request_id, '#', 1) AS request_id, -SUM(m.quantity) AS units
    FROM postings p JOIN movements m ON m.posting_id = p.id
   WHERE p.request_id LIKE ?
   GROUP BY 1`;

const SELECT_LEVELS = `
  SELECT p.sku, s.on_hand FROM stock s JOIN products p ON p.id = s.product_id WHERE p.sku LIKE ?`;

export interface BenchLevels {
  readonly onHand: ReadonlyMap<string, number>;
  readonly booked: ReadonlyMap<string, number>;
}

/** What ledger and stock say of the requests and products whose names begin so. */
export function readBenchBooks(
  database: Database,
  names: { readonly requestPrefix: string; readonly skuPrefix: string },
): Promise<BenchLevels> {
  return database.snapshot(async (session) => {
    const levels = await session.rows<{ sku: string; on_hand: number }>(SELECT_LEVELS, [
      likePrefix(names.skuPrefix),
    ]);
    const rows = await session.rows<{ request_id: string; units: number }>(SELECT_BOOKED, [
      likePrefix(names.requestPrefix),
    ]);
    return {
      onHand: new Map(levels.map(({ sku, on_hand }) => [sku, integer(on_hand)])),
      booked: new Map(rows.map((row) => [row.request_id, integer(row.units)])),
    };
  });
}

/** Deadlocks that the server has resolved since it started; null = it does not count them for us. */
export async function readDeadlocks(database: Database): Promise<number | null> {
  return database.read(
    async (session) => (await fromStatus(session)) ?? (await fromMetrics(session)),
  );
}

/** MariaDB. */
async function fromStatus(session: Session): Promise<number | null> {
  const [row] = await session.rows<{ Value: string }>("SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'");
  return row === undefined ? null : Number(row.Value);
}

/** MySQL, for an account with the right PROCESS. */
async function fromMetrics(session: Session): Promise<number | null> {
  try {
    const [row] = await session.rows<{ count: number }>(
      "SELECT count FROM information_schema.innodb_metrics WHERE name = 'lock_deadlocks' AND status = 'enabled'",
    );
    return row === undefined ? null : integer(row.count);
  } catch {
    return null;
  }
}

function likePrefix(prefix: string): string {
  return `${prefix.replace(/[\\%_]/g, '\\$&')}%`;
}
