import type { LoadAction } from '../../ports/load-target.ts';
import { START_KINDS } from '../workload/planned-start.ts';
import type { PlannedStart } from '../workload/planned-start.ts';
import { FLAG, withAnswer } from './flags.ts';
import { OUTCOMES } from './outcome.ts';
import type { Outcome } from './outcome.ts';

const ACTIONS = ['order', 'hold', 'confirm', 'cancel'] as const satisfies readonly LoadAction[];
/** Beside the planned kinds: asked again after the run, because the answer had been lost. */
const INVOCATION_KINDS = [...START_KINDS, 'resolve'] as const;
export type InvocationKind = (typeof INVOCATION_KINDS)[number];

/**
 * The generator's own history: every start that was sent with its answer, and every request with
 * its content. Columns of numbers, some 50 bytes a start, which another thread can be given.
 */
export interface History {
  size: number;
  invocations: InvocationColumns;
  requests: RequestColumns;
}

export interface InvocationColumns {
  readonly request: Uint32Array;
  readonly kind: Uint8Array;
  readonly action: Uint8Array;
  readonly outcome: Uint8Array;
  readonly isReplay: Uint8Array;
  /** Milliseconds from the start of the schedule, like the next two. */
  readonly intendedMs: Float64Array;
  readonly startedMs: Float64Array;
  /** NaN while pending. */
  readonly answeredMs: Float64Array;
}

/** Indexed by the number of the request; no flag says `sent` where it never was. */
export interface RequestColumns {
  readonly buyer: Uint32Array;
  readonly product: Uint32Array;
  readonly quantity: Uint32Array;
  readonly flags: Uint32Array;
}

export interface Invocation {
  readonly request: number;
  readonly kind: InvocationKind;
  readonly action: LoadAction;
  readonly outcome: Outcome;
  readonly isReplay: boolean;
  readonly intendedMs: number;
  readonly startedMs: number;
  readonly answeredMs: number;
}

const CAPACITY_MIN = 1_024;

/** Memory for what is expected is taken at once: copying columns while starts are due would delay them. */
export function createHistory(expected: {
  readonly starts: number;
  readonly requests: number;
}): History {
  return {
    size: 0,
    invocations: invocationColumns(capacityFor(expected.starts)),
    requests: requestColumns(capacityFor(expected.requests)),
  };
}

/** Writes that a start is being sent. @returns its row */
export function beginInvocation(
  history: History,
  start: {
    readonly request: number;
    readonly kind: InvocationKind;
    readonly action: LoadAction;
    readonly intendedMs: number;
    readonly startedMs: number;
  },
): number {
  const row = history.size;
  if (row === history.invocations.request.length) growInvocations(history);
  const { request, kind, action, outcome, intendedMs, startedMs, answeredMs } = history.invocations;
  request[row] = start.request;
  kind[row] = INVOCATION_KINDS.indexOf(start.kind);
  action[row] = ACTIONS.indexOf(start.action);
  outcome[row] = OUTCOMES.indexOf('pending');
  intendedMs[row] = start.intendedMs;
  startedMs[row] = start.startedMs;
  answeredMs[row] = Number.NaN;
  history.requests.flags[start.request] = flagsOf(history, start.request) | FLAG.sent;
  history.size = row + 1;
  return row;
}

/** Writes what a start came to, and what that makes of its request. */
export function endInvocation(
  { invocations, requests }: History,
  row: number,
  answer: { readonly outcome: Outcome; readonly isReplay: boolean; readonly answeredMs: number },
): void {
  invocations.outcome[row] = OUTCOMES.indexOf(answer.outcome);
  invocations.isReplay[row] = answer.isReplay ? 1 : 0;
  invocations.answeredMs[row] = answer.answeredMs;
  const request = invocations.request[row] ?? 0;
  const action = ACTIONS[invocations.action[row] ?? 0] ?? 'order';
  const { outcome, isReplay } = answer;
  requests.flags[request] = withAnswer(requests.flags[request] ?? 0, { action, outcome, isReplay });
}

/** Writes the content of a request, before its id is used for the first time. */
export function writeRequest(history: History, start: PlannedStart): void {
  const { request } = start;
  if (request >= history.requests.flags.length) growRequests(history, request);
  const { buyer, product, quantity, flags } = history.requests;
  buyer[request] = start.buyer;
  product[request] = start.product;
  quantity[request] = start.quantity;
  flags[request] = (start.isWarmUp ? FLAG.warmUp : 0) | (start.action === 'hold' ? FLAG.hold : 0);
}

export function flagsOf({ requests }: History, request: number): number {
  return requests.flags[request] ?? 0;
}

export function invocationAt({ invocations }: History, row: number): Invocation {
  return {
    request: invocations.request[row] ?? 0,
    kind: INVOCATION_KINDS[invocations.kind[row] ?? 0] ?? 'first',
    action: ACTIONS[invocations.action[row] ?? 0] ?? 'order',
    outcome: outcomeAt(invocations, row),
    isReplay: invocations.isReplay[row] === 1,
    intendedMs: invocations.intendedMs[row] ?? 0,
    startedMs: invocations.startedMs[row] ?? 0,
    answeredMs: invocations.answeredMs[row] ?? Number.NaN,
  };
}

export function outcomeAt({ outcome }: InvocationColumns, row: number): Outcome {
  return OUTCOMES[outcome[row] ?? 0] ?? 'pending';
}

export function isTakeAt({ action }: InvocationColumns, row: number): boolean {
  return (action[row] ?? 0) < ACTIONS.indexOf('confirm');
}

function capacityFor(expected: number): number {
  return Math.max(CAPACITY_MIN, Math.ceil(expected * 1.1));
}

function growInvocations(history: History): void {
  const from = history.invocations;
  const to = invocationColumns(from.request.length * 2);
  to.request.set(from.request);
  to.kind.set(from.kind);
  to.action.set(from.action);
  to.outcome.set(from.outcome);
  to.isReplay.set(from.isReplay);
  to.intendedMs.set(from.intendedMs);
  to.startedMs.set(from.startedMs);
  to.answeredMs.set(from.answeredMs);
  history.invocations = to;
}

function growRequests(history: History, request: number): void {
  const from = history.requests;
  const to = requestColumns(Math.max(request + 1, from.flags.length * 2));
  to.buyer.set(from.buyer);
  to.product.set(from.product);
  to.quantity.set(from.quantity);
  to.flags.set(from.flags);
  history.requests = to;
}

function invocationColumns(capacity: number): InvocationColumns {
  return {
    request: new Uint32Array(capacity),
    kind: new Uint8Array(capacity),
    action: new Uint8Array(capacity),
    outcome: new Uint8Array(capacity),
    isReplay: new Uint8Array(capacity),
    intendedMs: new Float64Array(capacity),
    startedMs: new Float64Array(capacity),
    answeredMs: new Float64Array(capacity),
  };
}

function requestColumns(capacity: number): RequestColumns {
  return {
    buyer: new Uint32Array(capacity),
    product: new Uint32Array(capacity),
    quantity: new Uint32Array(capacity),
    flags: new Uint32Array(capacity),
  };
}
