import type { Steps } from '../steps.ts';
import { ask, sleep, wait } from '../steps.ts';
import { readBooks, requestRecovery } from '../stores/mysql-pools.ts';
import type { BooksRead } from '../stores/mysql-pools.ts';
import { settle } from '../stores/mysql-settle.ts';
import type { SettleReply } from '../stores/mysql-settle.ts';
import { trim } from '../stores/redis-control-scripts.ts';
import { readStream, scanRecords } from '../stores/redis-reads.ts';
import type { Batch } from '../stores/redis-reads.ts';
import type { World } from '../world.ts';

const BATCH_ENTRIES_MAX = 4;

/** How one round of settlement ended. */
export type Settled = 'IDLE' | 'SETTLED' | 'AGAIN' | 'REGRESS' | 'FROZEN';

/** The settlement loop; any number may run. */
export function* runWorker(world: World): Steps<never> {
  for (;;) {
    const settled = yield* settleOnce(world, true);
    yield* settled === 'IDLE' ? sleep() : wait();
  }
}

/** Settles what comes next in the stream. A recovery drains with it, too, and trims nothing. */
export function* settleOnce(world: World, mayTrim: boolean): Steps<Settled> {
  const books = yield* ask('mysql', 'READ BOOKS', () => readBooks(world));
  if (books === undefined) return 'AGAIN';
  const { position, generation } = books.shard;
  const batch = yield* ask('redis', 'XRANGE', () => readStream(world, position, BATCH_ENTRIES_MAX));
  if (batch === undefined) return 'AGAIN';
  if (batch.entries.length === 0 && isLogComplete(world, books, batch)) return 'IDLE';
  const reply = yield* settleBatch(world, books, batch);
  switch (reply?.code) {
    case 'OK':
      if (mayTrim) yield* tellRedis(world, generation, reply);
      return 'SETTLED';
    case 'REGRESS':
      yield* ask('mysql', 'REQUEST RECOVERY', () => requestRecovery(world, generation));
      return 'REGRESS';
    case 'FROZEN':
    case 'RESTORED':
    case 'FOREIGN':
      return 'FROZEN';
    case 'CAS':
    case 'GAP':
    case undefined:
      return 'AGAIN';
  }
}

/** An idle worker compares, too: MySQL must know the settlement that Redis was told of. */
function isLogComplete(world: World, books: BooksRead, batch: Batch): boolean {
  const version = batch.acknowledgedVersion;
  if (!world.rules.settlementNoticesRestore || version === 0) return true;
  return books.tokenOf(version) === batch.acknowledgedToken;
}

/** Where events are missing it looks for their records, once, and settles with them. */
function* settleBatch(
  world: World,
  books: BooksRead,
  batch: Batch,
): Steps<SettleReply | undefined> {
  const call = { books, batch, scanned: [], found: [] };
  const reply = yield* ask('mysql', 'SETTLE', () => settle(world, call));
  if (reply?.code !== 'GAP') return reply;
  const scanned = reply.ranges;
  const found = yield* ask('redis', 'SCAN RECORDS', () => scanRecords(world, scanned));
  if (found === undefined) return undefined;
  return yield* ask('mysql', 'SETTLE', () => settle(world, { books, batch, scanned, found }));
}

/** May be skipped, late, or repeated. */
function* tellRedis(
  world: World,
  generation: number,
  reply: Extract<SettleReply, { readonly code: 'OK' }>,
): Steps<void> {
  const { position, version, token, pools } = reply;
  const call = { generation, position, version, token, pools };
  yield* ask('redis', 'TRIM', () => trim(world, call));
}
