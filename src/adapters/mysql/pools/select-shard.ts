import type { ShardBooks, ShardFilter } from '../../../ports/pool-books.ts';
import type { Session } from '../session.ts';
import { BUCKET_COLUMNS, bucketFrom } from './bucket-rows.ts';
import type { BucketRow } from './bucket-rows.ts';
import { PROGRESS_COLUMNS, progressFrom, untouchedShard } from './shard-rows.ts';
import type { ProgressRow } from './shard-rows.ts';

/** Shard and buckets in one statement: of one moment, or comparing them with Redis would lie. */
const select = (buckets: string): string => `
  SELECT ${PROGRESS_COLUMNS}, ${BUCKET_COLUMNS.replace('b.shard, ', '')}
    FROM settlement_progress s
    LEFT JOIN ${buckets} ON b.shard = s.shard AND (? = 1 OR b.state <> 'closed')
    LEFT JOIN pools f ON f.product_id = b.product_id AND f.location_id = b.location_id AND f.bucket = 0
    LEFT JOIN products p ON p.id = b.product_id
    LEFT JOIN locations l ON l.id = b.location_id
   WHERE s.shard = ?
   ORDER BY b.id`;

const SELECT = select('pools b');

const SELECT_ONLY = select(`
    (JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) AS asked STRAIGHT_JOIN pools b ON b.id = asked.id)`);

type Row = ProgressRow & (BucketRow | { readonly id: null });

export async function selectShard(
  session: Session,
  shard: number,
  { includeClosed, only }: ShardFilter,
): Promise<ShardBooks> {
  const closed = includeClosed ? 1 : 0;
  const rows =
    only === undefined
      ? await session.rows<Row>(SELECT, [closed, shard])
      : await session.rows<Row>(SELECT_ONLY, [JSON.stringify([...only]), closed, shard]);
  const [first] = rows;
  return {
    progress: first === undefined ? untouchedShard(shard) : progressFrom(first),
    buckets: rows.flatMap((row) => (row.id === null ? [] : [bucketFrom(row)])),
  };
}
