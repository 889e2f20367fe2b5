import type { World } from './world.ts';
import { note } from './world.ts';
import type { Entry } from './stores/redis-state.ts';

/** What a careless or curious person does to Redis by hand. */

/** XDEL of one entry, perhaps with the records of its requests. */
export function removeEntry(world: World, { withRecord }: { readonly withRecord: boolean }): void {
  const { data } = world.redis;
  const entry = data.stream[world.random.below(data.stream.length)];
  if (entry === undefined) return;
  note(world, `XDEL ${entry.id}${withRecord ? ' and its records' : ''}`);
  data.stream = data.stream.filter((other) => other !== entry);
  noteRemoval(world, entry);
  if (withRecord) forgetRecords(world, entry);
}

/** XTRIM to the newest entries. */
export function trimByHand(world: World): void {
  const { data } = world.redis;
  const kept = world.random.below(2);
  const gone = data.stream.slice(0, Math.max(0, data.stream.length - kept));
  if (gone.length === 0) return;
  note(world, `XTRIM through ${gone.at(-1)?.id ?? 0}`);
  data.stream = data.stream.slice(gone.length);
  for (const entry of gone) noteRemoval(world, entry);
}

/** Only an event that is not settled can be missed. */
function noteRemoval(world: World, entry: Entry): void {
  if (entry.id > world.mysql.shard.position) world.oracle.damage.removedEvents += 1;
}

function forgetRecords(world: World, entry: Entry): void {
  const isSettled = entry.id <= world.mysql.shard.position;
  for (const event of entry.events) {
    world.redis.data.records.delete(event.request);
    const request = world.oracle.requests[event.request];
    if (request === undefined || isSettled) continue;
    request.isUnattributable = true;
    world.oracle.unattributableUnits += event.quantity;
  }
}

const COUNTERS = ['available', 'held', 'cum'] as const;

/** A counter of a pool is off by a few. */
export function corruptCounter(world: World): void {
  const { data } = world.redis;
  const index = world.random.below(data.pools.length);
  const pool = data.pools[index];
  // Two damages that cancel each other out look like none; that is promised to nobody.
  if (!pool || pool.isDamaged) return;
  const counter = COUNTERS[world.random.below(COUNTERS.length)]!;
  const size = world.random.between(1, 3);
  const change = world.random.chance(0.5) ? size : -size;
  pool[counter] += change;
  pool.isDamaged = true;
  world.oracle.damage.corruptions += 1;
  note(world, `pool ${index}: ${counter} is changed by ${change} to ${pool[counter]}`);
}
