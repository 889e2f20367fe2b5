import type { World } from '../world.ts';
import { note } from '../world.ts';
import type { PoolRow } from './mysql-state.ts';
import { newPool } from './redis-control-scripts.ts';
import { purgeHolds } from './redis-script.ts';

/** The scripts of a recovery, the only ones that work behind the fence. */

export interface RecoveryCall {
  readonly generation: number;
  /** Random, made by this recovery. */
  readonly token: number;
}

export type BeginReply =
  { readonly code: 'LOST' | 'CLASH' } | { readonly code: 'OK'; readonly isLossy: boolean };

/** From here Redis sells nothing and changes nothing, until LOAD and ADOPT of the same generation. */
export function begin(world: World, call: RecoveryCall): BeginReply {
  const { data } = world.redis;
  if (data.meta !== null && data.meta.generation >= call.generation) {
    // One generation has one recovery. Two mean that MySQL has given it out twice.
    const isClash = data.meta.generation === call.generation && data.meta.token !== call.token;
    return { code: isClash ? 'CLASH' : 'LOST' };
  }
  const isSameData = data.meta !== null && data.meta.token === world.redis.upvalue;
  const wasLossy = world.rules.lossIsRemembered && data.meta?.isLossy === true;
  const isLossy = !isSameData || wasLossy;
  data.meta ??= {
    generation: 0,
    token: 0,
    isOpen: false,
    isLossy,
    acknowledgedVersion: 0,
    acknowledgedToken: 0,
    created: [],
  };
  data.meta.generation = call.generation;
  data.meta.token = call.token;
  data.meta.isLossy = isLossy;
  if (world.rules.beginCloses) data.meta.isOpen = false;
  world.redis.upvalue = call.token;
  return { code: 'OK', isLossy };
}

export interface RecoveryReply {
  readonly code: 'REFUSE' | 'OK';
}

/** Replaces a pool by what MySQL says is left of it; its holds are void. */
export function load(
  world: World,
  call: RecoveryCall & { readonly pool: number; readonly row: Readonly<PoolRow> },
): RecoveryReply {
  if (refuses(world, call)) return { code: 'REFUSE' };
  const { data } = world.redis;
  const { pool, row } = call;
  data.pools[pool] = row.state === 'closed' ? null : newPool(row);
  if (world.rules.loadPurgesHolds) purgeHolds(world, pool);
  data.meta!.created[pool] = row.epoch;
  return { code: 'OK' };
}

export function adopt(world: World, call: RecoveryCall): RecoveryReply {
  if (refuses(world, call)) return { code: 'REFUSE' };
  const meta = world.redis.data.meta!;
  meta.isOpen = true;
  meta.isLossy = false;
  if (!world.rules.controlCarriesBegin) {
    meta.generation = call.generation;
    meta.token = call.token;
    world.redis.upvalue = call.token;
  }
  note(world, `redis adopted by generation ${meta.generation}`);
  return { code: 'OK' };
}

function refuses(world: World, call: RecoveryCall): boolean {
  const { meta } = world.redis.data;
  if (meta === null) return true;
  if (world.rules.beginCloses && meta.isOpen && world.rules.controlCarriesBegin) return true;
  if (!world.rules.controlCarriesBegin) return false;
  const isOurs = meta.token === call.token && world.redis.upvalue === call.token;
  return !isOurs || meta.generation !== call.generation;
}
