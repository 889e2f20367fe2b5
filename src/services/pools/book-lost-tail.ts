import type { ShardProgress } from '../../ports/pool-books.ts';
import type { ShardDependencies } from './dependencies.ts';
import type { LostTailPair } from './judge-shard.ts';

/**
 * Books the last events of a bucket that the stream has lost: under their own ids where a record tells
 * them, the rest as "recovered".
 */
export async function bookLostTail(
  { books, gate }: Pick<ShardDependencies, 'books' | 'gate'>,
  { shard, version }: ShardProgress,
  pair: LostTailPair,
): Promise<'booked' | 'overtaken'> {
  const { seq, cum, ret, epoch } = pair.gate;
  const range = {
    shard,
    bucketId: pair.books.id,
    epoch,
    fromSeq: pair.books.settledSeq + 1,
    toSeq: seq,
  };
  const found = await gate.findEvents(range);
  return books.bookLostTail({ ...range, version, cum, ret, found });
}
