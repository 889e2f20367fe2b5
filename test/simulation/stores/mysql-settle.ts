import { find } from '../oracle.ts';
import type { World } from '../world.ts';
import { newToken, note } from '../world.ts';
import { bookEvent, bookRange } from './mysql-booking.ts';
import type { LostRange } from './mysql-booking.ts';
import type { PoolRow } from './mysql-state.ts';
import type { BooksRead } from './mysql-pools.ts';
import { freeze } from './mysql-pools.ts';
import type { Batch, FoundRecord, PoolSnapshot, SeqRange } from './redis-reads.ts';
import type { StreamEvent } from './redis-state.ts';

/** Settlement: the stream into the books, exactly once (pools.md section 7). */

export interface SettleCall {
  /** What the worker read before it read the stream. */
  readonly books: BooksRead;
  readonly batch: Batch;
  /** Ranges that were looked up in the records of Redis, and what was found there. */
  readonly scanned: readonly SeqRange[];
  readonly found: readonly FoundRecord[];
}

export type SettleReply =
  | { readonly code: 'CAS' | 'FROZEN' | 'RESTORED' | 'REGRESS' | 'FOREIGN' }
  | { readonly code: 'GAP'; readonly ranges: readonly SeqRange[] }
  | {
      readonly code: 'OK';
      readonly position: number;
      readonly version: number;
      readonly token: number;
      readonly pools: readonly Readonly<PoolRow>[];
    };

export function settle(world: World, call: SettleCall): SettleReply {
  const { mysql, rules } = world;
  const { shard } = mysql;
  const { books, batch } = call;
  if (shard.isFrozen) return { code: 'FROZEN' };
  const isCurrent = rules.settleOnVersion
    ? shard.version === books.shard.version
    : shard.position === books.shard.position;
  if (!isCurrent) return { code: 'CAS' };
  if (rules.settlementNoticesRestore && wasRestoredBehind(world, batch)) {
    freeze(world);
    find(world, 'restored', 'settlement is unknown to the log');
    return { code: 'RESTORED' };
  }
  const obstacle = checkContinuity(world, call);
  if (obstacle !== null) return obstacle;
  for (const { events } of batch.entries) {
    for (const event of events) {
      if (isOver(world, event.pool, event.epoch)) find(world, 'old epoch', `seq ${event.seq}`);
      else settleEvent(world, event, call);
    }
  }
  shard.position = batch.entries.at(-1)?.id ?? shard.position;
  shard.version += 1;
  const token = newToken(world);
  mysql.log.set(shard.version, token);
  note(world, `mysql settled through ${shard.position}, version ${shard.version}`);
  const pools = mysql.pools.map((pool) => ({ ...pool }));
  return { code: 'OK', position: shard.position, version: shard.version, token, pools };
}

/** The settlement that Redis was told of is not in the log, or is another one. */
function wasRestoredBehind(
  world: World,
  known: { readonly acknowledgedVersion: number; readonly acknowledgedToken: number },
): boolean {
  const version = known.acknowledgedVersion;
  return version > 0 && world.mysql.log.get(version) !== known.acknowledgedToken;
}

/** Every event must be the next of its pool; what is missing must have been looked for. */
function checkContinuity(world: World, call: SettleCall): SettleReply | null {
  const { pools } = world.mysql;
  const settled = pools.map((pool) => pool.settledSeq);
  const ranges: SeqRange[] = [];
  for (const entry of call.batch.entries) {
    for (const { pool, epoch, seq } of entry.events) {
      if (isOver(world, pool, epoch)) continue;
      if (epoch !== pools[pool]!.epoch) {
        find(world, 'foreign epoch', `pool ${pool} epoch ${epoch} seq ${seq}`);
        freeze(world);
        return { code: 'FOREIGN' };
      }
      const last = settled[pool]!;
      if (seq <= last) {
        find(world, 'regress', `pool ${pool} seq ${seq} after ${last}`);
        return { code: 'REGRESS' };
      }
      if (seq > last + 1) {
        const range = { pool, epoch, from: last + 1, to: seq - 1 };
        if (!call.scanned.some((done) => isSame(done, range))) ranges.push(range);
      }
      settled[pool] = seq;
    }
  }
  return ranges.length > 0 ? { code: 'GAP', ranges } : null;
}

/**
 * The event came back with old data after its epoch was rebuilt: it was settled before, or its units
 * have been given out anew and it is one of the sales that Redis lost.
 */
function isOver(world: World, pool: number, epoch: number): boolean {
  return world.rules.oldEpochsAreOver && epoch < world.mysql.pools[pool]!.epoch;
}

function isSame(one: SeqRange, other: SeqRange): boolean {
  return (
    one.pool === other.pool &&
    one.epoch === other.epoch &&
    one.from === other.from &&
    one.to === other.to
  );
}

function settleEvent(world: World, event: StreamEvent, call: SettleCall): void {
  const { pool: index, quantity } = event;
  const pool = world.mysql.pools[index]!;
  const cumBefore = event.cum - quantity;
  const retBefore = event.ret - (event.kind === 'return' ? quantity : 0);
  if (event.seq > pool.settledSeq + 1) {
    find(world, 'lost events', `before seq ${event.seq} of pool ${index}`);
    const end = { seq: event.seq - 1, cum: cumBefore, ret: retBefore };
    bookRange(world, index, { end, found: call.found });
  } else if (cumBefore !== pool.settledCum) {
    find(world, 'cum', `pool ${index} settled ${pool.settledCum}, event starts at ${cumBefore}`);
  }
  bookEvent(world, index, event);
}

export interface TailCall {
  readonly books: BooksRead;
  readonly pool: number;
  readonly snapshot: PoolSnapshot;
  readonly found: readonly FoundRecord[];
}

/** Books events that are gone from the end of the stream. */
export function bookTail(
  world: World,
  call: TailCall,
): { readonly code: 'CAS' | 'UNPROVEN' | 'OK' } {
  const { shard, pools } = world.mysql;
  const { snapshot } = call;
  const pool = pools[call.pool]!;
  if (shard.isFrozen || shard.version !== call.books.shard.version) return { code: 'CAS' };
  if (pool.epoch !== snapshot.epoch || pool.settledSeq >= snapshot.seq) return { code: 'CAS' };
  const end = world.rules.tailFromRecords ? provenEnd(pool, call) : snapshot;
  if (end === null) return { code: 'UNPROVEN' };
  find(world, 'lost events', `at the end of pool ${call.pool}`);
  bookRange(world, call.pool, { end, found: call.found });
  if (world.rules.bookingRaisesVersion) shard.version += 1;
  return { code: 'OK' };
}

/** The running totals at the end: from the records if all are there, else from counters that add up. */
function provenEnd(
  pool: Readonly<PoolRow>,
  { snapshot, found }: TailCall,
): LostRange['end'] | null {
  const lost = found.filter(({ seq }) => seq > pool.settledSeq && seq <= snapshot.seq);
  if (lost.length < snapshot.seq - pool.settledSeq) return snapshot.isSound ? snapshot : null;
  const units = (records: readonly FoundRecord[]): number =>
    records.reduce((sum, record) => sum + record.quantity, 0);
  const cum = pool.settledCum + units(lost);
  const ret = pool.settledRet + units(lost.filter(({ kind }) => kind === 'return'));
  return { seq: snapshot.seq, cum, ret };
}
