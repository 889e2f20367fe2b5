import type { Network } from './network.ts';
import { NO_MESSAGE_FAULTS, transmit, transmitTogether } from './network.ts';
import type { MessageFaults } from './network.ts';
import type { Message, Steps } from './steps.ts';
import type { MysqlData } from './stores/mysql-state.ts';
import type { RedisData } from './stores/redis-state.ts';
import type { World } from './world.ts';
import { note } from './world.ts';

/** Somebody who takes part: a state machine, and the message it wants to send next. */
export interface Actor {
  readonly name: string;
  readonly role: 'client' | 'operator' | 'system';
  steps: Steps<unknown>;
  pending: Message | null;
  pausedUntil: number;
  /** Somebody else takes over after a crash. */
  readonly restart: (() => Steps<unknown>) | null;
  /** Hears the result, or undefined after a crash. */
  readonly ended: (result: unknown) => void;
}

export interface Stage {
  readonly world: World;
  readonly network: Network;
  readonly actors: Actor[];
  /** The first so many actors are those of the system; they never leave. */
  systemCount: number;
  readonly systemShare: number;
  /** How often the actor that has just had a step gets the next one, too. */
  readonly burst: number;
  last: Actor | null;
  readonly pasts: { readonly redis: RedisData[]; readonly mysql: MysqlData[] };
}

export function enter(
  stage: Stage,
  actor: Pick<Actor, 'name' | 'role' | 'pausedUntil' | 'steps'> & Partial<Actor>,
): void {
  const { name, role, steps, pausedUntil, restart = null, ended = () => undefined } = actor;
  stage.actors.push({ name, role, steps, pending: null, pausedUntil, restart, ended });
}

/** One step: a message of one actor, chosen by chance, and what becomes of it. */
export function act(stage: Stage, faults: MessageFaults): void {
  skipIdleTime(stage);
  const actor = chooseReady(stage);
  if (actor === null) {
    stage.world.time += 4;
    return;
  }
  if (actor.pending === null) advance(stage, actor);
  const message = actor.pending;
  if (message === null) return;
  if (message.sleepTicks > 0) actor.pausedUntil = stage.world.time + message.sleepTicks;
  const partner = message.isSale ? chooseCompanion(stage, actor) : null;
  if (partner?.pending) {
    transmitTogether(stage.world, [
      { sender: actor, message },
      { sender: partner, message: partner.pending },
    ]);
    advance(stage, partner);
  } else if (
    transmit(stage.world, stage.network, { sender: actor, message, faults }) === 'PENDING'
  ) {
    return;
  }
  advance(stage, actor);
}

/** Runs the state machine to its next message. */
function advance(stage: Stage, actor: Actor): void {
  const next = actor.steps.next();
  if (next.done !== true) {
    actor.pending = next.value;
    return;
  }
  actor.pending = null;
  leave(stage, actor);
  actor.ended(next.value);
}

function leave(stage: Stage, actor: Actor): void {
  const index = stage.actors.indexOf(actor);
  if (index >= 0) stage.actors.splice(index, 1);
  if (stage.last === actor) stage.last = null;
}

const SKIP_SHARE = 0.2;

/** While nobody but the system is awake there is little to see: time goes on to the next arrival. */
function skipIdleTime({ world, actors }: Stage): void {
  let next = Infinity;
  for (const actor of actors) {
    if (actor.role !== 'system') next = Math.min(next, actor.pausedUntil);
  }
  if (next > world.time && next < Infinity && world.random.chance(SKIP_SHARE)) world.time = next;
}

function chooseReady(stage: Stage): Actor | null {
  const { world, actors, systemCount, last } = stage;
  const isReady = (actor: Actor): boolean => actor.pausedUntil <= world.time;
  if (last !== null && isReady(last) && world.random.chance(stage.burst)) return last;
  const start = world.random.below(
    world.random.chance(stage.systemShare) ? systemCount : actors.length,
  );
  for (let offset = 0; offset < actors.length; offset += 1) {
    const actor = actors[(start + offset) % actors.length]!;
    if (isReady(actor)) {
      stage.last = actor;
      return actor;
    }
  }
  return null;
}

const SHARED_CALL_SHARE = 0.2;

/** Another client whose sale waits to be sent. */
function chooseCompanion({ world, actors }: Stage, actor: Actor): Actor | null {
  if (!world.random.chance(SHARED_CALL_SHARE)) return null;
  const isReady = (other: Actor): boolean =>
    other !== actor && other.pending?.isSale === true && other.pausedUntil <= world.time;
  return actors.find(isReady) ?? null;
}

const SENT_BEFORE_CRASH_SHARE = 0.5;

/** An actor dies; its last message may already be on its way. */
export function crash(stage: Stage, actor: Actor | undefined): void {
  if (actor === undefined) return;
  const { world, network } = stage;
  note(world, `${actor.name} crashes`);
  if (actor.pending !== null && world.random.chance(SENT_BEFORE_CRASH_SHARE)) {
    network.late.push({ sender: actor.name, message: actor.pending });
  }
  if (actor.restart !== null) {
    actor.steps = actor.restart();
    actor.pending = null;
    return;
  }
  leave(stage, actor);
  actor.ended(undefined);
}

const STEPS_ALONE_MAX = 2_000;

/** Runs one state machine alone and undisturbed. False: it does not come to an end. */
export function runAlone<Result>(world: World, name: string, steps: Steps<Result>): Result | null {
  const network: Network = { late: [] };
  for (let count = 0; count < STEPS_ALONE_MAX; count += 1) {
    const next = steps.next();
    if (next.done === true) return next.value;
    world.time += 1;
    transmit(world, network, { sender: { name }, message: next.value, faults: NO_MESSAGE_FAULTS });
  }
  return null;
}
