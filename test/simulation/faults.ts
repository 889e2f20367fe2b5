import { noteLoss, wasRestored } from './oracle.ts';
import { isReliable } from './network.ts';
import type { FaultWeights, Scenario } from './scenarios.ts';
import type { Actor, Stage } from './stage.ts';
import { crash } from './stage.ts';
import { copyMysqlData } from './stores/mysql-state.ts';
import { copyRedisData, emptyRedisData } from './stores/redis-state.ts';
import type { RedisData } from './stores/redis-state.ts';
import type { World } from './world.ts';
import { note } from './world.ts';
import { corruptCounter, removeEntry, trimByHand } from './damage.ts';

/** Copies of both stores' pasts, which a crash or a restore may bring back. */
const SNAPSHOTS_MAX = 4;

export function keepPast(stage: Stage, { faults }: Scenario): void {
  const { world, pasts } = stage;
  if (faults.rollback !== undefined && world.random.chance(0.04)) {
    pasts.redis.push(copyRedisData(world.redis.data));
    if (pasts.redis.length > SNAPSHOTS_MAX) pasts.redis.shift();
  }
  if (faults.restoreMysql !== undefined && !wasRestored(world) && world.random.chance(0.04)) {
    pasts.mysql.push(copyMysqlData(world.mysql));
    if (pasts.mysql.length > SNAPSHOTS_MAX) pasts.mysql.shift();
  }
}

type Fault = keyof FaultWeights;

const FAULTS: Record<Fault, (stage: Stage, scenario: Scenario) => void> = {
  crashActor: (stage) => crash(stage, chooseActor(stage)),
  pauseActor: (stage) => pause(stage.world, chooseActor(stage)),
  jumpTime: ({ world }) => jumpTime(world),
  stepClock: ({ world }) => stepClock(world),
  restart: ({ world }) => restart(world, world.redis.data, 'with everything'),
  rollback: (stage) => rollBack(stage),
  empty: (stage) => loseDisk(stage),
  flush: ({ world }) => flush(world),
  deletePool: ({ world }) => deletePool(world),
  removeEntry: ({ world }) => removeEntry(world, { withRecord: false }),
  removeEntryAndRecord: ({ world }) => removeEntry(world, { withRecord: true }),
  trimByHand: ({ world }) => trimByHand(world),
  corrupt: ({ world }) => corruptCounter(world),
  restoreMysql,
};

/** One fault of the scenario's mix. */
export function injectFault(stage: Stage, scenario: Scenario): void {
  const { faults } = scenario;
  const names = Object.keys(FAULTS).filter(isFault);
  const total = names.reduce((sum, name) => sum + (faults[name] ?? 0), 0);
  let left = (stage.world.random.below(1_000_000) / 1_000_000) * total;
  for (const name of names) {
    left -= faults[name] ?? 0;
    if (left < 0) {
      FAULTS[name](stage, scenario);
      return;
    }
  }
}

function isFault(name: string): name is Fault {
  return name in FAULTS;
}

function chooseActor({ world, actors }: Stage): Actor | undefined {
  return actors[world.random.below(actors.length)];
}

const PAUSE_TICKS_MIN = 10;
const PAUSE_TICKS_MAX = 120;

function pause(world: World, actor: Actor | undefined): void {
  if (actor === undefined) return;
  actor.pausedUntil = world.time + world.random.between(PAUSE_TICKS_MIN, PAUSE_TICKS_MAX);
  note(world, `${actor.name} pauses until ${actor.pausedUntil}`);
}

const JUMP_TICKS_MIN = 30;
const JUMP_TICKS_MAX = 230;

/** Nobody does anything for a while; half of the time until a recorded NO is about to end. */
function jumpTime(world: World): void {
  const expiry = world.random.chance(0.5) ? soonestExpiry(world) : Infinity;
  const isNear = expiry < Infinity && expiry > world.time;
  world.time = isNear ? expiry : world.time + world.random.between(JUMP_TICKS_MIN, JUMP_TICKS_MAX);
  note(world, 'time has passed');
}

const BEFORE_EXPIRY_TICKS_MAX = 10;

function soonestExpiry(world: World): number {
  let soonest = Infinity;
  for (const record of world.redis.data.records.values()) {
    if (record.code === 'no') soonest = Math.min(soonest, record.expiresAt);
  }
  const before = world.random.below(BEFORE_EXPIRY_TICKS_MAX);
  return soonest - world.redis.clockOffset - before;
}

function stepClock(world: World): void {
  world.redis.clockOffset = world.random.between(-world.skewTicks, world.skewTicks);
  note(world, `the clock of redis is off by ${world.redis.clockOffset}`);
}

function restart(world: World, data: RedisData, how: string): void {
  note(world, `redis restarts ${how}`);
  if (data !== world.redis.data) {
    noteLoss(world, world.redis.data, data);
    // A machine that lost its data may well have lost its time.
    if (world.random.chance(0.4)) stepClock(world);
  }
  world.redis.data = data;
  world.redis.upvalue = null;
}

function rollBack({ world, pasts }: Stage): void {
  const index = world.random.below(pasts.redis.length);
  const past = pasts.redis[index];
  if (past === undefined) return;
  // One disk has one history: what came after the point is gone for ever.
  pasts.redis.length = index + 1;
  restart(world, copyRedisData(past), 'with older data');
}

function loseDisk({ world, pasts }: Stage): void {
  pasts.redis.length = 0;
  restart(world, emptyRedisData(), 'empty');
}

/** FLUSHALL: the process lives on, and so does the library's variable. A crash may undo it. */
function flush(world: World): void {
  note(world, 'FLUSHALL');
  const data = emptyRedisData();
  noteLoss(world, world.redis.data, data);
  world.redis.data = data;
  if (world.random.chance(0.4)) stepClock(world);
}

function deletePool(world: World): void {
  const { pools } = world.redis.data;
  const index = world.random.below(pools.length);
  note(world, `DEL pool ${index}`);
  pools[index] = null;
}

function restoreMysql({ world, pasts }: Stage, { messages }: Scenario): void {
  const past = pasts.mysql[world.random.below(pasts.mysql.length)];
  if (past === undefined) return;
  // Once: a second one might undo the first, and with it the reason to freeze.
  pasts.mysql.length = 0;
  const { meta } = world.redis.data;
  const { version, generation } = past.shard;
  note(world, `mysql is restored from version ${version}, generation ${generation}`);
  const { damage } = world.oracle;
  damage.restores += 1;
  // A recovery under way may give a lost generation out anew before anybody has compared it; that
  // is noticed, too, but the notice can get lost.
  const isGenerationLost = (meta?.generation ?? 0) > generation && isReliable(messages);
  damage.isRestoreKnown = (meta?.acknowledgedVersion ?? 0) > version || isGenerationLost;
  world.mysql = copyMysqlData(past);
}
