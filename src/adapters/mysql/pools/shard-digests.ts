import { bucketsOfGroup } from '../../../domain/pool.ts';
import type { ShardDigests } from '../../../ports/pool-books.ts';
import type { Session } from '../session.ts';
import { integer } from '../values.ts';
import { selectProgress } from './shard-marks.ts';

/**
 * The lines that digest-buckets.lua makes of the same buckets; of one that is not counted, a line that it
 * makes of none. `group_concat_max_len` of the session has room for a group.
 */
const SELECT_DIGESTS = `
  SELECT b.id DIV ? AS digest_group, COUNT(*) AS buckets,
         SHA1(GROUP_CONCAT(
           IF(b.sold + b.returned + b.duplicates = b.settled_cum,
              CONCAT_WS(' ', b.id, b.epoch, b.grant_version, b.delegated, b.settled_seq, b.settled_cum),
              CONCAT(b.id, ' !'))
           ORDER BY b.id SEPARATOR '\\n')) AS digest
    FROM pools b WHERE b.shard = ? AND b.state <> 'closed'
   GROUP BY digest_group`;

/** The digests before the progress, for the reason that marks are. */
export async function selectShardDigests(session: Session, shard: number): Promise<ShardDigests> {
  const { below: groupSize } = bucketsOfGroup(0);
  const rows = await session.rows<{
    digest_group: number | string;
    buckets: number;
    digest: string;
  }>(SELECT_DIGESTS, [groupSize, shard]);
  return {
    progress: await selectProgress(session, shard),
    buckets: rows.reduce((sum, { buckets }) => sum + integer(buckets), 0),
    digests: new Map(rows.map((row) => [integer(row.digest_group), row.digest])),
  };
}
