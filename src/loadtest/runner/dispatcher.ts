import type { Clock } from '../../ports/clock.ts';
import type { LoadAction, LoadAnswer, LoadRequest, LoadTarget } from '../../ports/load-target.ts';
import { FLAG, has } from '../history/flags.ts';
import { beginInvocation, endInvocation, flagsOf, outcomeAt } from '../history/history.ts';
import type { History, InvocationKind } from '../history/history.ts';
import { outcomeOf, outcomeOfFailure } from '../history/outcome.ts';
import type { Outcome } from '../history/outcome.ts';
import type { LoadIds } from '../workload/ids.ts';
import type { Failures } from './failures.ts';
import { loadRequestOf } from './load-request.ts';
import type { Measure, Measured } from './measure.ts';

export interface DispatcherOptions {
  readonly target: LoadTarget;
  readonly clock: Clock;
  readonly ids: LoadIds;
  readonly history: History;
  readonly measure: Measure;
  readonly failures: Failures;
  readonly inFlightMax: number;
  readonly holdMs: number;
  /** The start of the schedule, by the monotonic clock. */
  readonly zeroMs: number;
}

/** One start as it is sent: under which request, and when it should have been. */
export interface Dispatch extends Measured {
  readonly kind: InvocationKind;
  readonly action: LoadAction;
  readonly request: number;
  readonly isFresh: boolean;
}

export interface Dispatcher {
  /** Sends now, or drops when too many are in flight; never waits. */
  readonly send: (dispatch: Dispatch) => void;
  /** Counts a start that was not needed. */
  readonly skip: (start: Measured) => void;
  readonly inFlight: () => number;
  readonly answers: () => number;
  /** Resolves when nothing is in flight. */
  readonly whenIdle: () => Promise<void>;
  /** Counts what has no answer yet as unknown; answers that come later are not looked at. */
  readonly giveUp: () => void;
}

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { target, clock, history, measure, failures, zeroMs } = options;
  let inFlight = 0;
  let answers = 0;
  let isGivenUp = false;
  let onIdle: (() => void) | undefined;

  function finish(row: number, dispatch: Dispatch, answer: Answer): void {
    if (isGivenUp) return;
    const answeredMs = clock.monotonic() - zeroMs;
    const startedMs = history.invocations.startedMs[row] ?? 0;
    const before = flagsOf(history, dispatch.request);
    endInvocation(history, row, { ...answer, answeredMs });
    const isSale = answer.outcome === 'accepted' && !has(before, FLAG.sold);
    const units = isSale ? (history.requests.quantity[dispatch.request] ?? 0) : 0;
    const { outcome } = answer;
    measure.answered(dispatch, { startedMs, answeredMs }, { outcome, units });
    inFlight -= 1;
    answers += 1;
    if (inFlight === 0) onIdle?.();
  }

  function send(dispatch: Dispatch): void {
    const startedMs = clock.monotonic() - zeroMs;
    if (inFlight >= options.inFlightMax) {
      measure.dropped(dispatch, startedMs);
      return;
    }
    const { request, kind, action, atMs } = dispatch;
    const row = beginInvocation(history, { request, kind, action, intendedMs: atMs, startedMs });
    inFlight += 1;
    measure.started(dispatch, startedMs);
    call(target, loadRequestOf(options, dispatch)).then(
      (answer) => {
        const isReplay = 'isReplay' in answer && answer.isReplay;
        if ('remaining' in answer && answer.remaining !== null) measure.remaining(answer.remaining);
        finish(row, dispatch, { outcome: outcomeOf(answer), isReplay });
      },
      (failure: unknown) => {
        failures.take(failure);
        finish(row, dispatch, { outcome: outcomeOfFailure(failure), isReplay: false });
      },
    );
  }

  return {
    send,
    skip: measure.skipped,
    inFlight: () => inFlight,
    answers: () => answers,
    whenIdle: () =>
      new Promise((resolve) => {
        if (inFlight === 0) resolve();
        else onIdle = resolve;
      }),
    giveUp: () => {
      isGivenUp = true;
      inFlight = 0;
      giveUpPending(options, clock.monotonic() - zeroMs);
    },
  };
}

/** What is pending becomes unknown, and its time so far counts. */
function giveUpPending(
  { history, measure }: Pick<DispatcherOptions, 'history' | 'measure'>,
  answeredMs: number,
): void {
  const { invocations } = history;
  for (let row = 0; row < history.size; row += 1) {
    if (outcomeAt(invocations, row) !== 'pending') continue;
    const isWarmUp = has(flagsOf(history, invocations.request[row] ?? 0), FLAG.warmUp);
    const startedMs = invocations.startedMs[row] ?? 0;
    const atMs = invocations.intendedMs[row] ?? 0;
    endInvocation(history, row, { outcome: 'unknown', isReplay: false, answeredMs });
    measure.unanswered({ atMs, isWarmUp }, { startedMs, answeredMs });
  }
}

interface Answer {
  readonly outcome: Outcome;
  readonly isReplay: boolean;
}

/** A target that throws before it returns a promise has failed all the same. */
async function call(target: LoadTarget, request: LoadRequest): Promise<LoadAnswer> {
  return target.start(request);
}
