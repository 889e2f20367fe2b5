import type { Steps } from '../steps.ts';
import { ask, sleep, wait } from '../steps.ts';
import { acceptRedis, freeze, raiseGeneration, readBooks, rebuild } from '../stores/mysql-pools.ts';
import type { BooksRead } from '../stores/mysql-pools.ts';
import { bookTail } from '../stores/mysql-settle.ts';
import { adopt, begin, load } from '../stores/redis-recovery-scripts.ts';
import type { RecoveryCall } from '../stores/redis-recovery-scripts.ts';
import { readMeta, scanRecords, snapshot } from '../stores/redis-reads.ts';
import type { MetaRead, PoolSnapshot, Snapshot } from '../stores/redis-reads.ts';
import type { PoolRow } from '../stores/mysql-state.ts';
import { newToken } from '../world.ts';
import type { World } from '../world.ts';
import { settleOnce } from './worker.ts';

/** How one try of a recovery ended; after any refusal or unknown answer the next one starts anew. */
export type Recovered = 'NOT DUE' | 'ADOPTED' | 'AGAIN' | 'FROZEN';

const DRAIN_ROUNDS_MAX = 40;

/** Looks whether a recovery is due, for ever; any number may run. */
export function* runCoordinator(world: World): Steps<never> {
  for (;;) {
    const recovered = yield* recoverOnce(world);
    yield* recovered === 'NOT DUE' ? sleep() : wait();
  }
}

/** RECOVER of section 8, R0 to R5. */
export function* recoverOnce(world: World): Steps<Recovered> {
  const read = yield* ask('redis', 'READ META', () => readMeta(world));
  const books = yield* ask('mysql', 'READ BOOKS', () => readBooks(world));
  if (read === undefined || books === undefined) return 'AGAIN';
  if (books.shard.isFrozen) return 'FROZEN';
  if (world.rules.recoveryNoticesRestore && isBehind(books, read)) {
    yield* ask('mysql', 'FREEZE', () => freeze(world));
    return 'FROZEN';
  }
  if (!isDue(books, read)) return 'NOT DUE';
  const seen = read.meta?.generation ?? 0;
  const raised = yield* ask('mysql', 'RAISE GENERATION', () => raiseGeneration(world, seen));
  if (!raised) return 'AGAIN';
  const call = { generation: raised.generation, token: newToken(world) };
  const begun = yield* ask('redis', 'BEGIN', () => begin(world, call));
  if (begun?.code === 'CLASH' && world.rules.recoveryNoticesRestore) {
    yield* ask('mysql', 'FREEZE', () => freeze(world));
    return 'FROZEN';
  }
  if (begun?.code !== 'OK') return 'AGAIN';
  if (!(yield* drain(world))) return 'AGAIN';
  return yield* judge(world, call, begun.isLossy);
}

/** Redis remembers more than MySQL: a backup was restored, and nothing may be repaired over it. */
function isBehind(books: BooksRead, { meta }: MetaRead): boolean {
  if (meta === null) return false;
  if (meta.generation > books.shard.generation) return true;
  const version = meta.acknowledgedVersion;
  return version > 0 && books.tokenOf(version) !== meta.acknowledgedToken;
}

function isDue({ shard }: BooksRead, { meta, isOurs }: MetaRead): boolean {
  if (meta === null || !isOurs || !meta.isOpen) return true;
  return meta.generation !== shard.generation || shard.recoverRequest === shard.generation;
}

/** Settles all that the closed stream holds. */
function* drain(world: World): Steps<boolean> {
  for (let round = 0; round < DRAIN_ROUNDS_MAX; round += 1) {
    const settled = yield* settleOnce(world, false);
    if (settled === 'IDLE' || settled === 'REGRESS') return true;
    if (settled === 'FROZEN') return false;
  }
  return false;
}

/** R4 and R5: books what is lost, then adopts what is healthy, or loads everything anew. */
function* judge(world: World, call: RecoveryCall, isLossy: boolean): Steps<Recovered> {
  const books = yield* ask('mysql', 'READ BOOKS', () => readBooks(world));
  const redis = yield* ask('redis', 'SNAPSHOT', () => snapshot(world));
  if (books?.shard.generation !== call.generation || redis === undefined) return 'AGAIN';
  if (!isOurRecovery(world, redis, call)) return 'AGAIN';
  const tail = redis.pools.findIndex((pool, index) => isAhead(pool, books.pools[index]!));
  if (tail >= 0) {
    yield* bookLostTail(world, books, { pool: tail, snapshot: redis.pools[tail]! });
    return 'AGAIN';
  }
  const { lastId } = redis;
  const { generation } = call;
  const isHealthy = books.pools.every((row, index) => isPoolHealthy(world, row, redis, index));
  const mayHaveLost = world.rules.quarantine && world.lossLimit !== null && isLossy;
  if (isHealthy && !mayHaveLost) {
    const isDone = yield* ask('mysql', 'ACCEPT', () => acceptRedis(world, generation, lastId));
    if (isDone !== true) return 'AGAIN';
  } else {
    const rebuilt = yield* ask('mysql', 'REBUILD', () =>
      rebuild(world, { generation, lastId, isLossy }),
    );
    if (rebuilt !== true) return 'AGAIN';
    if (!(yield* loadAll(world, call))) return 'AGAIN';
  }
  const adopted = yield* ask('redis', 'ADOPT', () => adopt(world, call));
  return adopted?.code === 'OK' ? 'ADOPTED' : 'AGAIN';
}

function isOurRecovery(world: World, { meta, isOurs }: Snapshot, call: RecoveryCall): boolean {
  if (meta === null || !isOurs) return false;
  if (!world.rules.controlCarriesBegin) return true;
  const isClosed = !meta.isOpen || !world.rules.beginCloses;
  return isClosed && meta.token === call.token && meta.generation === call.generation;
}

function isAhead(pool: PoolSnapshot | null, row: Readonly<PoolRow>): boolean {
  return pool?.epoch === row.epoch && pool.seq > row.settledSeq;
}

export interface LostTail {
  readonly pool: number;
  readonly snapshot: PoolSnapshot;
}

/** Books the events between what is settled and what the pool has counted, by their records. */
export function* bookLostTail(world: World, books: BooksRead, lost: LostTail): Steps<void> {
  const { pool, snapshot: counted } = lost;
  const from = books.pools[pool]!.settledSeq + 1;
  const range = { pool, epoch: counted.epoch, from, to: counted.seq };
  const found = yield* ask('redis', 'SCAN RECORDS', () => scanRecords(world, [range]));
  if (found === undefined) return;
  const call = { books, pool, snapshot: counted, found };
  yield* ask('mysql', 'BOOK TAIL', () => bookTail(world, call));
}

/** R5: what Redis has of this pool is what is settled, or MySQL has just created it. */
function isPoolHealthy(
  world: World,
  row: Readonly<PoolRow>,
  redis: Snapshot,
  index: number,
): boolean {
  const pool = redis.pools[index] ?? null;
  const isSettled = pool?.epoch === row.epoch && pool.seq === row.settledSeq;
  if (row.state === 'closed') {
    const isGone = pool === null || pool.state === 'closed';
    return isGone || isSettled || !world.rules.closedPoolsAreChecked;
  }
  if (isSettled) {
    const hasSameSum = pool.cum === row.settledCum || !pool.isSound;
    return hasSameSum && pool.grantVersion <= row.grantVersion;
  }
  return row.settledSeq === 0 && mayBeCreated(pool, row.epoch, redis.meta?.created[index] ?? 0);
}

function mayBeCreated(pool: PoolSnapshot | null, epoch: number, created: number): boolean {
  if (pool === null) return created < epoch;
  return pool.epoch < epoch && pool.available === 0 && pool.held === 0;
}

function* loadAll(world: World, call: RecoveryCall): Steps<boolean> {
  const books = yield* ask('mysql', 'READ BOOKS', () => readBooks(world));
  if (books?.shard.generation !== call.generation) return false;
  for (const [pool, row] of books.pools.entries()) {
    const loaded = yield* ask('redis', 'LOAD', () => load(world, { ...call, pool, row }));
    if (loaded?.code !== 'OK') return false;
  }
  return true;
}
