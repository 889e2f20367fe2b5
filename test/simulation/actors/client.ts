import { BUDGET_TICKS, HOLD_TICKS } from '../limits.ts';
import type { Request } from '../oracle.ts';
import type { Steps } from '../steps.ts';
import { ask, askSale, sleep, wait } from '../steps.ts';
import { lookUp, recordVoid, sellDirect } from '../stores/mysql-requests.ts';
import { confirm, deduct, hold, release } from '../stores/redis-data-scripts.ts';
import type { SaleReply } from '../stores/redis-data-scripts.ts';
import type { World } from '../world.ts';

/** What a client can say at the end. UNKNOWN is no answer: somebody may go on later. */
export type Answer = 'SOLD' | 'NO' | 'UNKNOWN' | 'CANCELLED';

/** A final answer, or what to do next: go on, at once or later, close MySQL, or start a new series. */
type Next = Answer | 'GO_ON' | 'WAIT' | 'CLOSE' | 'AGAIN';
type Attempted = Next | 'HELD';

export interface ClientPlan {
  /** This process made the id just now, and nobody else can know it. */
  readonly isFresh: boolean;
  /** Messages it sends before it gives up. */
  readonly patience: number;
  /** How often it prefers MySQL. */
  readonly direct: number;
  /** How often it gives a hold back instead of confirming it. */
  readonly cancel: number;
  /** The newest generation the process has heard of; shared by all its series. */
  readonly knownGeneration: number;
}

interface State {
  readonly plan: ClientPlan;
  patience: number;
  attempts: number;
  seriesCount: number;
  isHeld: boolean;
  /** An attempt at this store may have been executed without our knowing. */
  redisDoubt: boolean;
  mysqlDoubt: boolean;
  known: number;
  /** Of the series under way. */
  generation: number;
  notAfter: number;
}

/** One process that works on one request by the rules of section 9. */
export function* runClient(world: World, request: Request, plan: ClientPlan): Steps<Answer> {
  const state: State = {
    plan,
    patience: plan.patience,
    attempts: 0,
    seriesCount: 0,
    isHeld: false,
    redisDoubt: !plan.isFresh,
    mysqlDoubt: !plan.isFresh,
    known: plan.knownGeneration,
    generation: plan.knownGeneration,
    notAfter: 0,
  };
  while (state.patience > 0) {
    const next = yield* runSeries(world, request, state);
    if (next === 'SOLD' || next === 'NO' || next === 'CANCELLED') return next;
  }
  return 'UNKNOWN';
}

function* runSeries(world: World, request: Request, state: State): Steps<Next> {
  state.generation = state.known;
  state.notAfter = world.time + BUDGET_TICKS;
  state.seriesCount += 1;
  const mustLookUp = !state.plan.isFresh || state.seriesCount > 1;
  if (mustLookUp && world.rules.lookupFirst) {
    state.patience -= 1;
    const posting = yield* ask('mysql', 'LOOKUP', () => lookUp(world, request.id));
    if (posting === undefined) return 'AGAIN';
    if (posting.code !== 'none') return posting.code === 'sold' ? 'SOLD' : 'NO';
  }
  while (state.patience > 0) {
    if (world.time > state.notAfter) return 'AGAIN';
    state.patience -= 1;
    const isDirect = world.random.chance(state.plan.direct);
    const next = isDirect
      ? yield* tryMysql(world, request, state)
      : yield* tryRedis(world, request, state);
    if (next === 'CLOSE') {
      const closed = yield* closeMysql(world, request, state);
      if (closed !== 'GO_ON') return closed;
    } else if (next === 'WAIT') {
      yield* sleep();
    } else if (next !== 'GO_ON') {
      return next;
    }
  }
  return 'UNKNOWN';
}

function* tryMysql(world: World, request: Request, state: State): Steps<Next> {
  const reply = yield* ask('mysql', 'DIRECT', () => sellDirect(world, request));
  if (reply === undefined) {
    state.mysqlDoubt = true;
    return 'GO_ON';
  }
  if (reply.code !== 'INSUFFICIENT') return reply.code;
  if (!world.rules.doubtsAreKept || (!state.redisDoubt && !state.mysqlDoubt)) return 'NO';
  return state.redisDoubt ? 'GO_ON' : 'CLOSE';
}

function* tryRedis(world: World, request: Request, state: State): Steps<Next> {
  if (!state.isHeld) {
    const next = yield* attempt(world, request, state);
    if (next !== 'HELD') return next;
    state.isHeld = true;
    yield* wait();
  }
  if (!world.random.chance(state.plan.cancel)) return yield* attemptConfirm(world, request, state);
  const { generation } = state;
  const call = { generation, request: request.id, pool: request.pool };
  yield* ask('redis', 'RELEASE', () => release(world, call, false));
  return 'CANCELLED';
}

function* attempt(world: World, request: Request, state: State): Steps<Attempted> {
  const isFirst = state.plan.isFresh && state.attempts === 0;
  state.attempts += 1;
  const call = {
    generation: state.generation,
    request: request.id,
    pool: request.pool,
    quantity: request.quantity,
    isRetry: !isFirst,
    notAfter: state.notAfter,
    deadline: world.time + HOLD_TICKS,
  };
  const reply = request.isHold
    ? yield* askSale('HOLD', () => hold(world, call))
    : yield* askSale('DEDUCT', () => deduct(world, call));
  const isFinal = isFirst && !state.redisDoubt && !state.mysqlDoubt;
  return read(world, reply, state, isFinal);
}

function* attemptConfirm(world: World, request: Request, state: State): Steps<Next> {
  const { generation, notAfter } = state;
  const call = { generation, request: request.id, pool: request.pool, notAfter };
  const reply = yield* askSale('CONFIRM', () => confirm(world, call));
  const next = read(world, reply, state, false);
  return next === 'HELD' ? 'GO_ON' : next;
}

/** Rule 2: what a reply of Redis means. `isFinal`: a NO needs no second opinion. */
function read(
  world: World,
  reply: SaleReply | undefined,
  state: State,
  isFinal: boolean,
): Attempted {
  if (reply === undefined) {
    state.redisDoubt = true;
    return 'GO_ON';
  }
  switch (reply.code) {
    case 'SOLD':
      return 'SOLD';
    case 'HELD':
      return 'HELD';
    case 'NO':
      return isFinal ? 'NO' : 'CLOSE';
    case 'LATE':
      return 'AGAIN';
    case 'FENCED':
      return readFence(world, reply.generation, state);
    case 'NOPOOL':
    case 'CORRUPT':
    case 'BUSY':
      return 'WAIT';
  }
}

function readFence(world: World, generation: number, state: State): Next {
  state.known = Math.max(state.known, generation);
  if (generation <= state.generation) return 'WAIT';
  if (!state.plan.isFresh && world.rules.generationPerSeries) return 'AGAIN';
  state.generation = generation;
  return 'WAIT';
}

/** Rule 6: Redis has said NO for good; MySQL must say it too, and then says it for ever. */
function* closeMysql(world: World, request: Request, state: State): Steps<Next> {
  while (state.patience > 0 && world.time <= state.notAfter) {
    state.patience -= 1;
    if (!state.mysqlDoubt) {
      const posting = yield* ask('mysql', 'LOOKUP', () => lookUp(world, request.id));
      if (posting !== undefined) return posting.code === 'sold' ? 'SOLD' : 'NO';
    } else {
      const wasAsked = state.redisDoubt || state.attempts > 0;
      const generation = wasAsked ? state.generation : null;
      const call = { request: request.id, notAfter: state.notAfter, generation };
      const reply = yield* ask('mysql', 'VOID', () => recordVoid(world, call));
      if (reply?.code === 'LATE' || reply?.code === 'MOVED') return 'AGAIN';
      if (reply !== undefined) return reply.code;
      if (!world.rules.voidIsLast) return 'GO_ON';
    }
  }
  return 'AGAIN';
}
