import { closeGap, walkFrom } from '../../../domain/settlement/position.ts';
import { eventProblem } from '../../../domain/settlement/event-problem.ts';
import type { LostTail } from '../../../ports/pool-books.ts';
import { Rollback } from '../database.ts';
import type { Database } from '../database.ts';
import { bookEvents } from './book-events.ts';
import { freeze } from './freeze.ts';
import { lockBuckets } from './settle-books.ts';
import { inShard, moveShard } from './shard-rows.ts';

type Outcome = 'booked' | 'overtaken' | { readonly broken: string };

/** Books the end of a bucket's numbering that the stream lost, from records and counters (LOST TAIL). */
export async function bookLostTail(
  database: Database,
  tail: LostTail,
): Promise<'booked' | 'overtaken'> {
  const { shard, bucketId } = tail;
  const outcome = await inShard<Outcome>(database, shard, async (session, progress) => {
    const isCurrent = progress.state === 'ready' && progress.version === tail.version;
    const buckets = await lockBuckets(session, shard, new Set([bucketId]));
    const locked = buckets.get(bucketId);
    if (!isCurrent || locked?.position.epoch !== tail.epoch) {
      throw new Rollback<Outcome>('overtaken');
    }
    const walk = walkFrom(locked.position);
    if (walk.seq >= tail.toSeq) throw new Rollback<Outcome>('overtaken');
    const found = tail.found.filter((event) => eventProblem(event) === null);
    const { bookings } = closeGap(walk, tail, found);
    const [clock] = await session.rows<{ now: string }>('SELECT UTC_TIMESTAMP(6) AS now');
    const applied = await bookEvents(session, {
      shard,
      bookings,
      holds: [],
      parked: [],
      buckets,
      now: clock?.now ?? '',
    });
    if (typeof applied === 'string') throw new Rollback<Outcome>({ broken: applied });
    await moveShard(session, progress);
    return 'booked';
  });
  if (typeof outcome === 'string') return outcome;
  await freeze(database, shard, outcome.broken);
  return 'overtaken';
}
