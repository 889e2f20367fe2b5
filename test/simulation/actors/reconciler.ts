import { find } from '../oracle.ts';
import type { Steps } from '../steps.ts';
import { ask, sleep } from '../steps.ts';
import { freeze, readBooks, requestRecovery } from '../stores/mysql-pools.ts';
import type { BooksRead } from '../stores/mysql-pools.ts';
import { converge } from '../stores/redis-control-scripts.ts';
import { release } from '../stores/redis-data-scripts.ts';
import { overdueHolds, snapshot } from '../stores/redis-reads.ts';
import type { Snapshot } from '../stores/redis-reads.ts';
import { redisTime } from '../stores/redis-script.ts';
import { POOLS } from '../stores/redis-state.ts';
import type { World } from '../world.ts';
import { bookLostTail } from './coordinator.ts';

/** Compares the stores and sweeps holds, for ever; any number may run. */
export function* runReconciler(world: World): Steps<never> {
  for (;;) {
    yield* reconcileOnce(world);
    yield* sweepHolds(world);
    yield* sleep();
  }
}

/** The books before, Redis, the books after; all three reads take no lock. */
export interface Looked {
  readonly before: BooksRead;
  readonly redis: Snapshot;
  readonly after: BooksRead;
}

export function* reconcileOnce(world: World): Steps<void> {
  const before = yield* ask('mysql', 'READ BOOKS', () => readBooks(world));
  const redis = yield* ask('redis', 'SNAPSHOT', () => snapshot(world));
  const after = yield* ask('mysql', 'READ BOOKS', () => readBooks(world));
  if (before === undefined || redis === undefined || after === undefined) return;
  if (after.shard.isFrozen) return;
  if (isRestored(redis, after)) {
    find(world, 'restored', 'redis remembers more than mysql');
    yield* ask('mysql', 'FREEZE', () => freeze(world));
    return;
  }
  const { meta, isOurs } = redis;
  const { generation } = after.shard;
  if (meta === null || !isOurs || !meta.isOpen) return;
  if (before.shard.generation !== generation || meta.generation !== generation) return;
  for (let pool = 0; pool < POOLS; pool += 1) {
    yield* checkPool(world, pool, { before, redis, after });
  }
}

function isRestored({ meta, pools }: Snapshot, { shard, pools: rows }: BooksRead): boolean {
  if (meta === null) return false;
  if (meta.acknowledgedVersion > shard.version || meta.generation > shard.generation) return true;
  return pools.some((pool, index) => pool && pool.grantVersion > rows[index]!.grantVersion);
}

function* checkPool(world: World, index: number, looked: Looked): Steps<void> {
  const { before, redis, after } = looked;
  const earlier = before.pools[index]!;
  const row = after.pools[index]!;
  const pool = redis.pools[index] ?? null;
  if (row.state === 'closed') return;
  if (pool === null || pool.epoch < row.epoch) {
    if (earlier.epoch === row.epoch) yield* createPool(world, index);
    return;
  }
  if (pool.epoch !== row.epoch || earlier.epoch !== row.epoch) return;
  if (pool.grantVersion === row.grantVersion && pool.delegated !== row.delegated) {
    find(world, 'restored', `pool ${index}: one grant version, two amounts`);
    yield* ask('mysql', 'FREEZE', () => freeze(world));
    return;
  }
  if (!pool.isSound) find(world, 'identity', `pool ${index}`);
  if (!pool.isSound || pool.grantVersion < row.grantVersion) {
    const call = { generation: after.shard.generation, pool: index, row };
    yield* ask('redis', 'CONVERGE', () => converge(world, call));
  }
  yield* comparePositions(world, index, looked);
}

function* comparePositions(world: World, index: number, looked: Looked): Steps<void> {
  const { before, redis, after } = looked;
  const earlier = before.pools[index]!;
  const row = after.pools[index]!;
  const pool = redis.pools[index]!;
  if (earlier.settledSeq > pool.seq) {
    find(world, 'rollback', `pool ${index}: settled ${earlier.settledSeq}, seq ${pool.seq}`);
    yield* ask('mysql', 'REQUEST RECOVERY', () => requestRecovery(world, after.shard.generation));
    return;
  }
  const settled = world.rules.tailFromOneRead ? row : earlier;
  if (redis.lastEntryId <= after.shard.position && settled.settledSeq < pool.seq) {
    find(world, 'lost events', `pool ${index}: settled ${settled.settledSeq}, seq ${pool.seq}`);
    yield* bookLostTail(world, after, { pool: index, snapshot: pool });
  } else if (pool.isSound && pool.seq === row.settledSeq && pool.cum !== row.settledCum) {
    find(world, 'cum', `pool ${index}: settled ${row.settledCum}, cum ${pool.cum}`);
  }
}

/** A pool that MySQL has and Redis has not: new, or deleted by hand. */
function* createPool(world: World, pool: number): Steps<void> {
  const books = yield* ask('mysql', 'READ BOOKS', () => readBooks(world));
  const row = books?.pools[pool];
  if (books === undefined || row === undefined || row.state === 'closed') return;
  const { generation } = books.shard;
  const reply = yield* ask('redis', 'CONVERGE', () => converge(world, { generation, pool, row }));
  if (reply?.code === 'MISSING' || reply?.code === 'EPOCH') {
    yield* ask('mysql', 'REQUEST RECOVERY', () => requestRecovery(world, generation));
  }
}

/** Gives overdue holds back to their pools. */
export function* sweepHolds(world: World): Steps<void> {
  const generation = world.redis.data.meta?.generation ?? 0;
  for (let pool = 0; pool < POOLS; pool += 1) {
    const now = redisTime(world);
    if (world.redis.data.holds[pool]!.size === 0) continue;
    for (const request of overdueHolds(world, pool, now)) {
      yield* ask('redis', 'EXPIRE', () => release(world, { generation, request, pool }, true));
    }
  }
}
