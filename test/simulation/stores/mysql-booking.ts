import { find } from '../oracle.ts';
import type { World } from '../world.ts';
import { violate } from '../world.ts';
import type { FoundRecord } from './redis-reads.ts';

/** The part of an event that the books need. */
export interface BookedEvent {
  readonly kind: 'sale' | 'return';
  readonly quantity: number;
  readonly request: number;
  readonly seq: number;
}

/** One event of a pool: its posting, the stock, and the pool's running totals. */
export function bookEvent(world: World, index: number, event: BookedEvent): void {
  const { postings, pools, stock } = world.mysql;
  const pool = pools[index]!;
  const row = stock[pool.sku]!;
  const { quantity } = event;
  if (quantity <= 0) violate(world, 'event without units', `request ${event.request}: ${quantity}`);
  const short = coverOverdraw(world, index, quantity);
  const posting = postings.get(event.request);
  const isReplaced =
    posting?.kind === 'void' && event.kind === 'sale' && world.rules.saleReplacesVoid;
  if (posting === undefined || isReplaced) {
    postings.set(event.request, { kind: event.kind, quantity });
    if (event.kind === 'sale') {
      row.onHand -= quantity - short;
      pool.sold += quantity;
    } else {
      pool.returned += quantity;
      pool.settledRet += quantity;
    }
  } else {
    pool.duplicates += quantity;
    if (!world.rules.duplicatesGiveBack) row.onHand -= quantity - short;
  }
  row.reserved -= quantity - short;
  pool.settledSeq = event.seq;
  pool.settledCum += quantity;
}

/** Redis sold more than it was given: the rest of the stock covers what it can. Must never happen. */
function coverOverdraw(world: World, index: number, quantity: number): number {
  const pool = world.mysql.pools[index]!;
  const row = world.mysql.stock[pool.sku]!;
  const excess = Math.max(0, pool.settledCum + quantity - pool.delegated);
  if (excess === 0) return 0;
  find(world, 'overdraw', `pool ${index} by ${excess}`);
  const covered = Math.min(excess, row.onHand - row.reserved);
  row.reserved += covered;
  pool.delegated += excess;
  pool.grantVersion += 1;
  pool.short += excess - covered;
  return excess - covered;
}

export interface LostRange {
  /** The pool's running totals after the last lost event. */
  readonly end: { readonly seq: number; readonly cum: number; readonly ret: number };
  readonly found: readonly FoundRecord[];
}

/** Lost events: by their records where those live, the rest as units of nobody. */
export function bookRange(world: World, index: number, { end, found }: LostRange): void {
  const pool = world.mysql.pools[index]!;
  const stock = world.mysql.stock[pool.sku]!;
  if (world.rules.attributeByRecord) {
    for (const record of found) {
      const isInside =
        record.pool === index && record.seq > pool.settledSeq && record.seq <= end.seq;
      if (isInside) bookEvent(world, index, record);
    }
  }
  const rest = end.cum - pool.settledCum;
  const returned = world.rules.returnAttribution ? Math.min(rest, end.ret - pool.settledRet) : 0;
  const sold = rest - returned;
  if (rest < 0 || returned < 0) violate(world, 'lost events of negative units', `pool ${index}`);
  stock.reserved -= rest;
  stock.onHand -= sold;
  world.mysql.recovered[pool.sku]! += sold;
  pool.sold += sold;
  pool.returned += returned;
  pool.settledRet += returned;
  pool.settledSeq = end.seq;
  pool.settledCum = end.cum;
}
