import type { Random } from './random.ts';
import type { World } from './world.ts';
import { violate } from './world.ts';
import type { RedisData, StreamEvent } from './stores/redis-state.ts';

/** A request of a client: what it wants, and everything that truly happened to it. */
export interface Request {
  readonly id: number;
  readonly pool: number;
  readonly quantity: number;
  readonly isHold: boolean;
  /** The id came from outside: several processes may work on it at once. */
  readonly isShared: boolean;
  toldSold: boolean;
  toldNo: boolean;
  /** Some store has truly sold it. */
  isExecuted: boolean;
  /** Data loss took the only trace of the sale before MySQL had it. */
  isLost: boolean;
  /** Somebody deleted event and record by hand; nobody can know whose sale it was. */
  isUnattributable: boolean;
}

/** What was done to the stores, which says what may be found. */
export interface Damage {
  dataLosses: number;
  corruptions: number;
  removedEvents: number;
  restores: number;
  /** MySQL was restored to a state older than a settlement Redis knew of. */
  isRestoreKnown: boolean;
}

/** The referee: sees all, takes part in nothing. */
export interface Oracle {
  readonly requests: readonly Request[];
  readonly initialOnHand: number;
  /** Units of sales without event and record; an upper bound, a worker may still hold the event. */
  unattributableUnits: number;
  readonly damage: Damage;
}

export type FindingKind =
  | 'identity'
  | 'rollback'
  | 'regress'
  | 'old epoch'
  | 'lost events'
  | 'cum'
  | 'restored'
  | 'overdraw'
  | 'foreign epoch';

export function createOracle(requests: readonly Request[], initialOnHand: number): Oracle {
  return {
    requests,
    initialOnHand,
    unattributableUnits: 0,
    damage: {
      dataLosses: 0,
      corruptions: 0,
      removedEvents: 0,
      restores: 0,
      isRestoreKnown: false,
    },
  };
}

export function createRequest(random: Random, id: number, shares: RequestShares): Request {
  return {
    id,
    pool: random.below(2),
    quantity: random.between(1, 3),
    isHold: random.chance(shares.holds),
    isShared: random.chance(shares.shared),
    toldSold: false,
    toldNo: false,
    isExecuted: false,
    isLost: false,
    isUnattributable: false,
  };
}

export interface RequestShares {
  readonly holds: number;
  readonly shared: number;
}

/** A final answer reaches the caller. */
export function tell(world: World, request: Request, answer: 'SOLD' | 'NO'): void {
  const isExcused = request.isLost || request.isUnattributable || wasRestored(world);
  if (answer === 'SOLD') {
    // A NO is for ever in every mode: the void in MySQL keeps it.
    if (request.toldNo && !request.isUnattributable && !wasRestored(world)) {
      violate(world, 'answer NO then SOLD', `request ${request.id}`);
    }
    request.toldSold = true;
    checkOversell(world);
    return;
  }
  if (request.toldSold && !isExcused) {
    violate(world, 'answer SOLD then NO', `request ${request.id}`);
  }
  request.toldNo = true;
}

/** Distinct acknowledged units exceed the supply by no more than what Redis lost, with a bound never. */
function checkOversell(world: World): void {
  if (wasRestored(world)) return;
  const { requests, initialOnHand } = world.oracle;
  for (let sku = 0; sku < world.mysql.stock.length; sku += 1) {
    let acknowledged = 0;
    let forgiven = 0;
    for (const request of requests) {
      if (world.mysql.pools[request.pool]!.sku !== sku) continue;
      if (request.toldSold) acknowledged += request.quantity;
      const isForgiven = request.isLost && world.lossLimit === null;
      if (isForgiven || request.isUnattributable) forgiven += request.quantity;
    }
    if (acknowledged > initialOnHand + forgiven) {
      violate(world, 'oversold', `product ${sku}: ${acknowledged} of ${initialOnHand}`);
    }
  }
}

/** A check or a settlement reports something. It must have a cause. */
export function find(world: World, kind: FindingKind, detail: string): void {
  const { damage } = world.oracle;
  if (wasRestored(world)) return;
  const isCaused = {
    identity: damage.corruptions > 0,
    cum: damage.corruptions > 0,
    rollback: damage.dataLosses > 0,
    regress: damage.dataLosses > 0,
    'old epoch': damage.dataLosses > 0,
    'lost events': damage.removedEvents > 0,
    restored: false,
    overdraw: false,
    'foreign epoch': false,
  }[kind];
  if (!isCaused) violate(world, `false finding: ${kind}`, detail);
}

/** After a restore only the detection is promised. */
export function wasRestored(world: World): boolean {
  return world.oracle.damage.restores > 0;
}

export function noteEvent(world: World, event: StreamEvent): void {
  const request = world.oracle.requests[event.request];
  if (event.kind === 'sale' && request) request.isExecuted = true;
}

export function noteDirect(world: World, id: number): void {
  const request = world.oracle.requests[id];
  if (request) request.isExecuted = true;
}

/** Data of Redis was replaced by `after`: which sales have lost their only trace? */
export function noteLoss(world: World, before: RedisData, after: RedisData): void {
  world.oracle.damage.dataLosses += 1;
  for (const request of world.oracle.requests) {
    if (before.records.get(request.id)?.code !== 'sold') continue;
    if (after.records.get(request.id)?.code === 'sold') continue;
    const posting = world.mysql.postings.get(request.id);
    if (posting === undefined || posting.kind === 'void') request.isLost = true;
  }
}
