import { runClient } from './actors/client.ts';
import { recoverOnce } from './actors/coordinator.ts';
import { runClose, runTopUp } from './actors/operator.ts';
import { reconcileOnce, sweepHolds } from './actors/reconciler.ts';
import { settleOnce } from './actors/worker.ts';
import { HOLD_TICKS, noLifeTicks } from './limits.ts';
import { deliverLate } from './network.ts';
import type { Request } from './oracle.ts';
import { tell } from './oracle.ts';
import type { Stage } from './stage.ts';
import { runAlone } from './stage.ts';
import type { Steps } from './steps.ts';
import { releaseQuarantine } from './stores/mysql-pools.ts';
import { POOLS } from './stores/redis-state.ts';
import type { World } from './world.ts';
import { note, violate } from './world.ts';

const ROUNDS_MAX = 12;

/** The faults are over: everything is repaired, asked once more, and closed. */
export function heal(stage: Stage): void {
  const { world, network } = stage;
  note(world, '--- healing ---');
  while (network.late.length > 0) deliverLate(world, network);
  settleDown(world);
  for (const request of world.oracle.requests) askAgain(world, request);
  settleDown(world);
  world.time += noLifeTicks(world.skewTicks) + 2 * world.skewTicks;
  // Stock that comes back must not sell what was refused.
  for (let pool = 0; pool < POOLS; pool += 1) offerAll(world, pool);
  settleDown(world);
  for (const request of world.oracle.requests) askAgain(world, request);
  settleDown(world);
  if (!world.mysql.shard.isFrozen) closeAll(world);
}

/** Recovers, settles, reconciles and sweeps until nothing is left to do. */
function settleDown(world: World): void {
  world.time += HOLD_TICKS + 2 * world.skewTicks;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    if (world.violation !== null || world.mysql.shard.isFrozen) return;
    const recovered = alone(world, 'coordinator', recoverOnce(world));
    const settled = alone(world, 'worker', settleOnce(world, true));
    alone(world, 'reconciler', reconcileOnce(world));
    alone(world, 'reconciler', sweepHolds(world));
    if (round > 0 && recovered === 'NOT DUE' && settled === 'IDLE' && isQuiet(world)) return;
  }
  if (!world.mysql.shard.isFrozen) violate(world, 'stuck', 'healing does not come to an end');
}

/** Every pool of MySQL is in Redis as MySQL has it. */
function isQuiet(world: World): boolean {
  return world.mysql.pools.every((row, index) => {
    const pool = world.redis.data.pools[index];
    if (row.state === 'closed') return true;
    return pool?.epoch === row.epoch && pool.grantVersion === row.grantVersion && !pool.isDamaged;
  });
}

/** A late retry by a process that knows only the id. A caller who was told NO by the process that made the id has no reason to. */
function askAgain(world: World, request: Request): void {
  if (world.violation !== null || world.mysql.shard.isFrozen) return;
  if (request.toldNo && !request.isShared) return;
  const knownGeneration = world.redis.data.meta?.generation ?? 0;
  const plan = { isFresh: false, patience: 30, direct: 0.1, cancel: 0, knownGeneration };
  const answer = alone(world, `late retry of ${request.id}`, runClient(world, request, plan));
  note(world, `late retry of ${request.id} is told ${answer ?? 'nothing'}`);
  if (answer === 'SOLD' || answer === 'NO') tell(world, request, answer);
}

function offerAll(world: World, pool: number): void {
  const row = world.mysql.stock[world.mysql.pools[pool]!.sku]!;
  const quantity = row.onHand - row.reserved;
  if (quantity > 0) alone(world, 'operator', runTopUp(world, { pool, quantity }));
}

function closeAll(world: World): void {
  for (let pool = 0; pool < POOLS; pool += 1) {
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      if (world.violation !== null || world.mysql.pools[pool]!.state === 'closed') break;
      alone(world, 'operator', runClose(world, pool, 1));
      settleDown(world);
    }
    if (world.mysql.pools[pool]!.state !== 'closed') {
      violate(world, 'stuck', `pool ${pool} cannot be closed`);
    }
    releaseQuarantine(world, pool);
  }
}

function alone<Result>(world: World, name: string, steps: Steps<Result>): Result | null {
  const result = runAlone(world, name, steps);
  if (result === null) violate(world, 'stuck', `${name} does not come to an end`);
  return result;
}
