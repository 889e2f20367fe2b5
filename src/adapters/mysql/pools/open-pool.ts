import { splitEvenly } from '../../../domain/pool.ts';
import type { PoolBucket } from '../../../domain/pool.ts';
import { assert } from '../../../lib/assert.ts';
import { failpoint } from '../../../lib/failpoint.ts';
import type { OpenPool, PoolChange } from '../../../ports/pool-commands.ts';
import type { WriteContext } from '../../../ports/write-context.ts';
import type { Database } from '../database.ts';
import type { Session } from '../session.ts';
import { selectPool } from './bucket-rows.ts';
import { setLossLimit } from './loss-limit.ts';
import { recordOperation } from './operations.ts';
import { poolCommand } from './pool-command.ts';
import type { PoolAtHand } from './pool-command.ts';
import { reserve } from './reserve.ts';
import { moveShard, progressOf } from './shard-rows.ts';

const INSERT_BUCKET = `
  INSERT INTO pools (shard, delegated, floor_units, per_buyer, starts_at_ms, ends_at_ms,
                     product_id, location_id, bucket, state)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'open')`;

/** A closed bucket is opened again in a new epoch: what its last sale counted is in the ledger. */
const REOPEN_BUCKET = `
  UPDATE pools
     SET shard = ?, delegated = ?, floor_units = ?, per_buyer = ?, starts_at_ms = ?, ends_at_ms = ?,
         epoch = ?, sale_epoch = ?, state = 'open', grant_version = grant_version + 1,
         settled_seq = 0, settled_cum = 0, settled_ret = 0, sold = 0, returned = 0, duplicates = 0,
         short_units = 0
   WHERE id = ?`;

/** Hands units of a product at a location to Redis: OPEN, or REOPEN where the pool was closed before. */
export async function openPool(
  { database, lossLimit }: { readonly database: Database; readonly lossLimit: number | null },
  request: OpenPool,
  write: WriteContext,
): Promise<PoolChange> {
  assert(
    request.buckets >= 1 && request.shards >= 1,
    'a pool has a bucket, and a shard to live on',
  );
  const change = await poolCommand(database, { ...request, kind: 'open' }, write, {
    shardsOf: (buckets) => [
      ...buckets.map(({ shard }) => shard),
      ...targets(request, buckets).map(({ shard }) => shard),
    ],
    run: (pool) => open(pool, request, lossLimit),
  });
  await failpoint('open.after_commit');
  return change;
}

async function open(
  pool: PoolAtHand,
  request: OpenPool,
  lossLimit: number | null,
): Promise<PoolChange> {
  const { session, shards, buckets, write } = pool;
  if (buckets.some(({ state }) => state !== 'closed')) return { status: 'already_open' };
  const wanted = targets(request, buckets);
  const involved = [...new Set(wanted.map(({ shard }) => shard))].sort((a, b) => a - b);
  if (involved.some((shard) => progressOf(shards, shard).state === 'frozen')) {
    return { status: 'frozen' };
  }
  await setLossLimit(
    session,
    involved.map((shard) => progressOf(shards, shard)),
    lossLimit,
  );
  for (const target of wanted) await openBucket(session, request, target);
  const refusal = await reserve(session, request, request.quantity);
  if (refusal !== null) return refusal;
  // An epoch has begun: what was read of the shard before is overtaken.
  const moved = new Set(
    wanted.flatMap(({ shard, closed }) => (closed === undefined ? [] : [shard])),
  );
  for (const shard of [...moved].sort((a, b) => a - b)) {
    await moveShard(session, progressOf(shards, shard));
  }
  const opened = (await selectPool(session, request)).filter(({ state }) => state === 'open');
  const [first] = opened;
  assert(first !== undefined, 'a pool that was opened has a bucket');
  const { poolId, epoch } = first;
  const { fingerprint, quantity } = request;
  await recordOperation(session, { kind: 'open', fingerprint }, { poolId, epoch, quantity, write });
  await failpoint('open.before_commit');
  return { status: 'done', replayed: false, buckets: opened };
}

interface Target {
  readonly bucket: number;
  readonly shard: number;
  readonly units: number;
  readonly floor: number;
  /** The row of an earlier sale. */
  readonly closed: PoolBucket | undefined;
}

/**
 * Which bucket lives where. Pools begin on different shards, so that many of one bucket spread out. A
 * bucket of an earlier sale stays where Redis may remember it, unless that shard is in use no more.
 */
function targets(request: OpenPool, buckets: readonly PoolBucket[]): readonly Target[] {
  const units = splitEvenly(request.quantity, request.buckets);
  const floors = splitEvenly(request.terms.floor, request.buckets);
  return units.map((share, bucket) => {
    const closed = buckets.find((earlier) => earlier.bucket === bucket);
    const remembered = closed === undefined || closed.shard >= request.shards ? null : closed.shard;
    return {
      bucket,
      shard: remembered ?? (request.productId + request.locationId + bucket) % request.shards,
      units: share,
      floor: floors[bucket] ?? 0,
      closed,
    };
  });
}

async function openBucket(session: Session, request: OpenPool, target: Target): Promise<void> {
  const { perBuyer, startsAtMs, endsAtMs } = request.terms;
  const { shard, units, floor, closed, bucket } = target;
  const terms = [shard, units, floor, perBuyer, startsAtMs, endsAtMs];
  if (closed === undefined) {
    const { productId, locationId } = request;
    await session.run(INSERT_BUCKET, [...terms, productId, locationId, bucket]);
  } else {
    const epoch = closed.epoch + 1;
    await session.run(REOPEN_BUCKET, [...terms, epoch, epoch, closed.id]);
  }
}
