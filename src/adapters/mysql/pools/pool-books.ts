import type { PoolBooks } from '../../../ports/pool-books.ts';
import type { Database } from '../database.ts';
import { beginClosePool, endClosePool, topUpPool } from './change-pool.ts';
import { createFindBuckets } from './find-buckets.ts';
import { freeze, unfreeze } from './freeze.ts';
import { createLookUp } from './look-up.ts';
import { bookLostTail } from './lost-tail.ts';
import { openPool } from './open-pool.ts';
import { selectLoss, selectOperations } from './operations.ts';
import { selectBuyers, selectOrders } from './order-queries.ts';
import { discardParked, retryParked, selectParked } from './parked.ts';
import { createRecordVoid } from './record-void.ts';
import {
  adoptPosition,
  beginRecovery,
  heartbeat,
  noteOpened,
  rebuild,
  requestRecovery,
} from './recovery.ts';
import { releaseUnits } from './release-units.ts';
import { selectShard } from './select-shard.ts';
import { selectShardDigests } from './shard-digests.ts';
import { selectShardMarks } from './shard-marks.ts';
import { settle } from './settle.ts';
import { selectUndoneBy } from './undone-by.ts';

export interface PoolBooksOptions {
  readonly database: Database;
  /** `pools.loss_limit_units`: taken over by the shards that a pool is opened on. */
  readonly lossLimit: number | null;
}

/** The MySQL half of the pools. */
export function createPoolBooks({ database, lossLimit }: PoolBooksOptions): PoolBooks {
  const lookup = createLookUp(database);
  return {
    open: (request, write) => openPool({ database, lossLimit }, request, write),
    topUp: (request, write) => topUpPool(database, request, write),
    beginClose: (request, write) => beginClosePool(database, request, write),
    release: (request, write) => releaseUnits(database, request, write),
    operations: (options) => database.read((session) => selectOperations(session, options)),
    endClose: (bucketId) => endClosePool(database, bucketId),
    loss: (shard) => database.read((session) => selectLoss(session, shard)),
    buckets: createFindBuckets(database),

    lookup,
    recordVoid: createRecordVoid(database),
    order: async (requestId) => (await lookup(requestId)).order ?? undefined,
    orders: (filter) => database.read((session) => selectOrders(session, filter)),
    undoneBy: (postingId) =>
      database.read(
        async (session) => (await selectUndoneBy(session, [postingId])).get(postingId) ?? null,
      ),

    shard: (shard, filter) => database.read((session) => selectShard(session, shard, filter)),
    shardDigests: (shard) => database.read((session) => selectShardDigests(session, shard)),
    shardMarks: (shard, groups) =>
      database.read((session) => selectShardMarks(session, shard, groups)),
    settle: (request) => settle(database, request),
    bookLostTail: (tail) => bookLostTail(database, tail),
    requestRecovery: (shard, generation) => requestRecovery(database, shard, generation),
    beginRecovery: (shard) => beginRecovery(database, shard),
    adoptPosition: (shard, generation, options) =>
      adoptPosition(database, shard, { ...options, generation }),
    noteOpened: (shard, generation, redisRun) =>
      noteOpened(database, shard, { generation, redisRun }),
    rebuild: (shard, generation, options) => rebuild(database, shard, { generation, ...options }),
    freeze: (shard, reason) => freeze(database, shard, reason),
    unfreeze: (shard, seen) => unfreeze(database, shard, seen),
    buyers: (bucketId) => database.read((session) => selectBuyers(session, bucketId)),
    heartbeat: (shard, version) => heartbeat(database, shard, version),

    parked: (options) => database.read((session) => selectParked(session, options)),
    retryParked: (id, write) => retryParked(database, id, write),
    discardParked: (id, write) => discardParked(database, id, write),
  };
}
