import type { TestDatabase } from '../database.ts';
import { violations } from '../ledger-proof.ts';
import { readGateBuckets } from './gate-reader.ts';
import type { RawBucket, RawGateOptions } from './gate-reader.ts';

/** Each invariant of the pools' books as a query for its counter-examples (domain.md, 2 and 5). */
const COUNTER_EXAMPLES = {
  'reserved = outstanding of pools + quarantine': `
    SELECT s.product_id, s.location_id, s.reserved, COALESCE(p.owned, 0) AS owned
      FROM stock s
      LEFT JOIN (SELECT product_id, location_id, SUM(delegated - settled_cum + quarantine) AS owned
                   FROM pools GROUP BY product_id, location_id) p
        ON p.product_id = s.product_id AND p.location_id = s.location_id
     WHERE s.reserved <> COALESCE(p.owned, 0)`,
  'sold + returned + duplicates = settled': `
    SELECT id, sold, returned, duplicates, settled_cum, settled_ret FROM pools
     WHERE sold + returned + duplicates <> settled_cum OR returned <> settled_ret`,
  'settled <= delegated': `
    SELECT id, delegated, settled_cum FROM pools WHERE NOT (0 <= settled_cum AND settled_cum <= delegated)`,
  'units sold in this epoch = movements of this epoch': `
    SELECT p.id, p.sold, p.short_units, COALESCE(-SUM(m.quantity), 0) AS moved
      FROM pools p LEFT JOIN movements m ON m.pool_id = p.id AND m.pool_epoch = p.epoch
     GROUP BY p.id, p.sold, p.short_units
    HAVING NOT (p.sold - p.short_units <= moved AND moved <= p.sold)`,
  'no event beyond the settled position': `
    SELECT p.id, p.settled_seq, m.pool_seq FROM pools p
      JOIN movements m ON m.pool_id = p.id AND m.pool_epoch = p.epoch AND m.pool_seq > p.settled_seq`,
  'events 1 to settled_seq without a hole (where none was a duplicate or recovered)': `
    SELECT p.id, p.epoch, p.settled_seq, e.events
      FROM pools p
      LEFT JOIN (SELECT pool_id, epoch, COUNT(DISTINCT seq) AS events FROM (
                   SELECT pool_id, pool_epoch AS epoch, pool_seq AS seq FROM movements
                    WHERE pool_id IS NOT NULL
                   UNION ALL
                   SELECT pool_id, epoch, seq FROM pool_operations WHERE kind = 'return') AS one
                 GROUP BY pool_id, epoch) e
        ON e.pool_id = p.id AND e.epoch = p.epoch
     WHERE p.duplicates = 0 AND COALESCE(e.events, 0) <> p.settled_seq
       AND NOT EXISTS (SELECT 1 FROM postings r JOIN movements m ON m.posting_id = r.id
                        WHERE r.kind = 'recovered' AND m.pool_id = p.id)`,
  'an order that is settled is in the ledger': `
    SELECT o.request_id FROM orders o LEFT JOIN postings p ON p.request_id = o.request_id
     WHERE o.state = 'settled' AND p.id IS NULL`,
  'a sale of a pool is an order that is settled': `
    SELECT CAST(p.request_id AS CHAR) AS request_id, o.state
      FROM postings p JOIN movements m ON m.posting_id = p.id AND m.pool_id IS NOT NULL
      LEFT JOIN orders o ON o.request_id = p.request_id
     WHERE p.kind = 'sale' AND p.reverses_id IS NULL AND COALESCE(o.state, '') <> 'settled'`,
} as const;

export interface ProofOptions extends RawGateOptions {
  readonly database: TestDatabase;
  /** Everything is settled: Redis and the books must say the same. */
  readonly isQuiet?: boolean;
}

/** @returns what breaks an invariant of ledger, pools or Redis, by the invariant; {} when all is sound */
export async function poolViolations(options: ProofOptions): Promise<Record<string, unknown>> {
  const { database } = options;
  const found = await violations(database);
  for (const [name, query] of Object.entries(COUNTER_EXAMPLES)) {
    const rows = await database.sql(query);
    if (rows.length > 0) found[name] = rows;
  }
  const { buckets, keysThatExpire } = await readGateBuckets(options);
  if (keysThatExpire.length > 0) found['no key expires'] = keysThatExpire;
  const unsound = buckets.filter((bucket) => !isSound(bucket));
  if (unsound.length > 0) found['avail + held + cum = delegated in Redis'] = unsound;
  const differences = await compareStores(database, buckets, options.isQuiet ?? false);
  if (differences.length > 0) found['Redis and the books agree'] = differences;
  return found;
}

function isSound({ delegated, avail, held, cum, sumOfHolds }: RawBucket): boolean {
  return avail + held + cum === delegated && held === sumOfHolds && held >= 0 && avail >= 0;
}

/** Redis may be ahead of the books by what is not settled yet; when things are quiet it is not. */
async function compareStores(
  database: TestDatabase,
  buckets: readonly RawBucket[],
  isQuiet: boolean,
): Promise<unknown[]> {
  const rows = await database.sql('SELECT * FROM pools');
  return buckets.flatMap((gate): unknown[] => {
    const row = rows.find((pool) => Number(pool['id']) === gate.bucketId);
    if (row === undefined) return [{ gate, books: 'no such pool' }];
    const books = {
      epoch: Number(row['epoch']),
      grantVersion: Number(row['grant_version']),
      delegated: Number(row['delegated']),
      settledSeq: Number(row['settled_seq']),
      settledCum: Number(row['settled_cum']),
    };
    if (gate.epoch !== books.epoch) return isQuiet ? [{ gate, books }] : [];
    const isSameGrant = gate.grantVersion === books.grantVersion;
    const isFork = isSameGrant && gate.delegated !== books.delegated;
    const isBehind = gate.seq < books.settledSeq || gate.cum < books.settledCum;
    const isApart = gate.seq !== books.settledSeq || gate.cum !== books.settledCum || !isSameGrant;
    return isFork || isBehind || (isQuiet && isApart) ? [{ gate, books }] : [];
  });
}
