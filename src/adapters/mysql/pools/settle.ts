import { planBookings } from '../../../domain/settlement/plan-bookings.ts';
import type { Parked } from '../../../domain/settlement/plan-bookings.ts';
import { failpoint } from '../../../lib/failpoint.ts';
import type { SettleOutcome, SettleRequest, ShardProgress } from '../../../ports/pool-books.ts';
import { Rollback } from '../database.ts';
import type { Database } from '../database.ts';
import { isDuplicateKey } from '../errors.ts';
import type { Session } from '../session.ts';
import { bookEvents } from './book-events.ts';
import { freeze, freezeShard } from './freeze.ts';
import { lockBuckets } from './settle-books.ts';
import { checkAcknowledged, pruneLog } from './settlement-log.ts';
import { inShard, moveShard } from './shard-rows.ts';

const ATTEMPTS_MAX = 10;

/**
 * SETTLE (docs/pools.md, section 7): books the events of stream entries and moves the position past
 * them, in one transaction. With no entries it only checks that this MySQL is the one Redis knows.
 */
export async function settle(database: Database, request: SettleRequest): Promise<SettleOutcome> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const outcome = await inShard(database, request.shard, (session, progress) =>
        settleOn(session, progress, request),
      );
      if (outcome.status === 'broken') {
        // Nothing of the batch was booked.
        await freeze(database, request.shard, outcome.reason);
        return { ...outcome, status: 'frozen' };
      }
      if (outcome.status === 'settled') await failpoint('settle.after_commit');
      return outcome;
    } catch (error) {
      // A request of the batch was booked by another writer between our look and our write.
      if (!isDuplicateKey(error) || attempt >= ATTEMPTS_MAX) throw error;
    }
  }
}

type Outcome = SettleOutcome | { readonly status: 'broken'; readonly reason: string };

async function settleOn(
  session: Session,
  progress: ShardProgress,
  request: SettleRequest,
): Promise<Outcome> {
  const { shard, entries } = request;
  if (progress.state === 'frozen') {
    const reason = progress.frozenReason ?? 'no reason is recorded';
    throw new Rollback<Outcome>({ status: 'frozen', reason });
  }
  if (progress.version !== request.version) throw new Rollback<Outcome>({ status: 'overtaken' });
  const log = await checkAcknowledged(session, progress, request);
  if (log.isForeign) {
    await freezeShard(session, shard, {
      reason: `Redis was told of settlement ${request.ackVersion}, which this MySQL does not have: it was restored from an older copy`,
      foreign: { version: request.ackVersion, token: request.ackToken ?? '' },
    });
    return { status: 'restored' };
  }
  const last = entries.at(-1);
  if (last === undefined) {
    return { ...NOTHING, ...log.current, watermark: progress.watermark };
  }
  const buckets = await lockBuckets(session, shard, bucketsOf(request));
  const positions = new Map([...buckets].map(([id, { position }]) => [id, position]));
  const plan = planBookings(positions, entries, request.found);
  switch (plan.status) {
    case 'regress':
    case 'gap':
      throw new Rollback<Outcome>(plan);
    case 'foreign_epoch':
      await freezeShard(session, shard, { reason: plan.reason, foreign: null });
      return { status: 'frozen', reason: plan.reason };
    case 'planned':
  }
  const applied = await bookEvents(session, { shard, ...plan, buckets, now: log.now });
  if (typeof applied === 'string') {
    throw new Rollback<Outcome>({ status: 'broken', reason: applied });
  }
  const mark = await moveShard(session, progress, { watermark: last.id });
  await pruneLog(session, { ...mark, shard, ackVersion: request.ackVersion });
  await failpoint('settle.before_commit');
  const { sold, returned, duplicates } = applied;
  const parked = [...plan.parked, ...applied.parked];
  return {
    status: 'settled',
    ...mark,
    watermark: last.id,
    sold,
    returned,
    duplicates,
    parked: parked.length,
    parkedIn: parked.map(({ bucketId }) => bucketId),
    buckets: [...buckets.values()].map(({ position, counters }) => ({
      bucketId: position.id,
      epoch: position.epoch,
      settledCum: counters.settledCum,
    })),
    alarms: [...plan.alarms, ...plan.parked.map(parkedAlarm), ...applied.alarms],
  };
}

const NOTHING = {
  status: 'settled',
  sold: 0,
  returned: 0,
  duplicates: 0,
  parked: 0,
  parkedIn: [],
  buckets: [],
  alarms: [],
} as const;

function parkedAlarm({ eventId, reason }: Parked): string {
  return `event ${eventId} is parked: ${reason}`;
}

/** The buckets that readable events name, also those of holds. */
function bucketsOf({ entries }: SettleRequest): ReadonlySet<number> {
  const ids = entries.flatMap(({ events }) => events?.map(({ bucketId }) => bucketId) ?? []);
  return new Set(ids.filter((id) => Number.isSafeInteger(id) && id >= 1));
}
