/**
 * One product in one pool, as a child would keep it: units in boxes, requests in a list. Nothing is
 * settled here, nothing is fenced, nothing has an epoch; that is what the real thing must amount to.
 */
export interface PoolModel {
  state: 'none' | 'open' | 'closed';
  /** Units outside of the pool. */
  outside: number;
  /** Units in the pool that nobody has. */
  avail: number;
  perBuyer: number | null;
  floor: number;
  readonly requests: Map<string, ModelRequest>;
  /**
   * Ids that were refused after the pool was closed. Who still remembered it has asked Redis, which then
   * has kept the refusal; who did not has asked nobody. Asked again, both answers are right.
   */
  readonly askedInVain: Set<string>;
}

export interface ModelRequest {
  readonly quantity: number;
  readonly buyer: string;
  readonly isHold: boolean;
  /** Its deadline is so near that the next look at the clock ends it. */
  readonly isShort: boolean;
  state: 'sold' | 'held' | 'refused' | 'cancelled' | 'expired';
  /** Of the present sale: what an earlier one sold counts for no limit. */
  counts: boolean;
}

export type Expected = 'accepted' | 'refused';

export function createPoolModel(units: number): PoolModel {
  const start = { outside: units, avail: 0, perBuyer: null, floor: 0 };
  return { state: 'none', ...start, requests: new Map(), askedInVain: new Set() };
}

export interface ModelTerms {
  readonly quantity: number;
  readonly perBuyer: number | null;
  readonly floor: number;
}

export function openModel(model: PoolModel, { quantity, perBuyer, floor }: ModelTerms): Expected {
  if (model.state === 'open' || quantity > model.outside) return 'refused';
  Object.assign(model, { state: 'open', perBuyer, floor });
  for (const request of model.requests.values()) request.counts = false;
  return moveIn(model, quantity);
}

export function topUpModel(model: PoolModel, quantity: number): Expected {
  if (model.state !== 'open' || quantity > model.outside) return 'refused';
  return moveIn(model, quantity);
}

function moveIn(model: PoolModel, quantity: number): Expected {
  model.outside -= quantity;
  model.avail += quantity;
  return 'accepted';
}

/** Sells or holds. */
export function takeFromModel(
  model: PoolModel,
  requestId: string,
  asked: Pick<ModelRequest, 'quantity' | 'buyer' | 'isHold' | 'isShort'>,
): Expected {
  const { quantity, buyer, isHold } = asked;
  const earlier = model.requests.get(requestId);
  if (earlier !== undefined) {
    const isSame =
      earlier.quantity === quantity && earlier.buyer === buyer && earlier.isHold === isHold;
    const isGiven = earlier.state === 'sold' || earlier.state === 'held';
    return isSame && isGiven ? 'accepted' : 'refused';
  }
  if (model.state !== 'open') {
    if (model.state === 'closed') model.askedInVain.add(requestId);
    return 'refused';
  }
  model.askedInVain.delete(requestId);
  const isLimited = model.perBuyer !== null && unitsOf(model, buyer) + quantity > model.perBuyer;
  const isSoldOut = model.avail - quantity < model.floor;
  const isRefused = isSoldOut || isLimited;
  const state = isRefused ? 'refused' : isHold ? 'held' : 'sold';
  model.requests.set(requestId, { ...asked, state, counts: !isRefused });
  if (isRefused) return 'refused';
  model.avail -= quantity;
  return 'accepted';
}

export function confirmModel(model: PoolModel, requestId: string): Expected {
  const request = model.requests.get(requestId);
  if (request?.state === 'held') request.state = 'sold';
  return request?.state === 'sold' ? 'accepted' : 'refused';
}

export function cancelModel(model: PoolModel, requestId: string): Expected {
  const request = model.requests.get(requestId);
  if (request?.state === 'held') giveBack(model, request, 'cancelled');
  return request?.state === 'cancelled' || request?.state === 'expired' ? 'accepted' : 'refused';
}

/** Holds whose deadline has passed. */
export function expireModel(model: PoolModel): void {
  for (const request of model.requests.values()) {
    if (request.state === 'held' && request.isShort) giveBack(model, request, 'expired');
  }
}

/** Holds live in Redis alone: closing a pool ends them, and so does Redis losing its data. */
export function dropHolds(model: PoolModel): void {
  for (const request of model.requests.values()) {
    if (request.state === 'held') giveBack(model, request, 'cancelled');
  }
}

export function closeModel(model: PoolModel): Expected {
  if (model.state !== 'open') return 'refused';
  dropHolds(model);
  model.outside += model.avail;
  Object.assign(model, { state: 'closed', avail: 0 });
  return 'accepted';
}

function giveBack(model: PoolModel, request: ModelRequest, state: 'cancelled' | 'expired'): void {
  request.state = state;
  request.counts = false;
  model.avail += request.quantity;
}

function unitsOf(model: PoolModel, buyer: string): number {
  return sumOf(model, (request) => request.counts && request.buyer === buyer);
}

export function soldUnits(model: PoolModel): number {
  return sumOf(model, ({ state }) => state === 'sold');
}

export function heldUnits(model: PoolModel): number {
  return sumOf(model, ({ state }) => state === 'held');
}

function sumOf({ requests }: PoolModel, counts: (request: ModelRequest) => boolean): number {
  let units = 0;
  for (const request of requests.values()) if (counts(request)) units += request.quantity;
  return units;
}
