import { backoffMs } from '../../lib/backoff.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LoadAction, LoadTarget } from '../../ports/load-target.ts';
import { FLAG, has, unresolvedAction } from '../history/flags.ts';
import { beginInvocation, endInvocation, flagsOf } from '../history/history.ts';
import type { History } from '../history/history.ts';
import { outcomeOf, outcomeOfFailure } from '../history/outcome.ts';
import type { LoadIds } from '../workload/ids.ts';
import type { Failures } from './failures.ts';
import { loadRequestOf } from './load-request.ts';
import type { LoadLimits } from './load-run.ts';

export interface ResolveOptions {
  readonly target: LoadTarget;
  readonly clock: Clock;
  readonly ids: LoadIds;
  readonly history: History;
  readonly failures: Failures;
  readonly limits: LoadLimits;
  readonly holdMs: number;
  readonly zeroMs: number;
  readonly signal: AbortSignal;
}

const BACKOFF = { baseMs: 100, factor: 2, maxMs: 2_000 };

/**
 * Asks again for every request whose answer was lost, with its own id, until it is definite or the
 * time is up: what a careful client would do. None of this counts in any latency.
 */
export async function resolveUnknown(options: ResolveOptions): Promise<void> {
  const { history, limits, clock } = options;
  const open = unresolved(history);
  const deadlineMs = clock.monotonic() + limits.resolveMs;
  const isOver = (): boolean => options.signal.aborted || clock.monotonic() >= deadlineMs;
  const ask = async (): Promise<void> => {
    for (let next = open.pop(); next !== undefined && !isOver(); next = open.pop()) {
      for (let attempt = 0; !isOver() && unresolvedIn(history, next) !== undefined; attempt += 1) {
        if (attempt > 0) await pause(options, attempt);
        if (!isOver()) await askAgain(options, next, deadlineMs);
      }
    }
  };
  await Promise.all(Array.from({ length: limits.resolveInFlightMax }, ask));
}

function unresolved(history: History): number[] {
  const requests: number[] = [];
  history.requests.flags.forEach((_, request) => {
    if (unresolvedIn(history, request) !== undefined) requests.push(request);
  });
  // The earliest first, because they are taken from the end.
  return requests.reverse();
}

function unresolvedIn(history: History, request: number): LoadAction | 'take' | undefined {
  const flags = flagsOf(history, request);
  return has(flags, FLAG.sent) ? unresolvedAction(flags) : undefined;
}

async function pause({ clock, signal }: ResolveOptions, attempt: number): Promise<void> {
  try {
    await clock.sleep(backoffMs(attempt, clock.random(), BACKOFF), signal);
  } catch {
    // Aborted: whoever waits looks at the signal next.
  }
}

async function askAgain(
  options: ResolveOptions,
  request: number,
  deadlineMs: number,
): Promise<void> {
  const { history, target, clock, failures, zeroMs } = options;
  const action = actionOf(history, request);
  const startedMs = clock.monotonic() - zeroMs;
  const begun = { request, kind: 'resolve', action, intendedMs: startedMs, startedMs } as const;
  const row = beginInvocation(history, begun);
  const answeredAt = (): number => clock.monotonic() - zeroMs;
  try {
    const answer = await within(options, deadlineMs, () =>
      target.start(loadRequestOf(options, { request, action, isFresh: false })),
    );
    const isReplay = 'isReplay' in answer && answer.isReplay;
    const outcome = outcomeOf(answer);
    endInvocation(history, row, { outcome, isReplay, answeredMs: answeredAt() });
  } catch (failure) {
    failures.take(failure);
    const outcome = outcomeOfFailure(failure);
    endInvocation(history, row, { outcome, isReplay: false, answeredMs: answeredAt() });
  }
}

/** Rejects when the deadline passes first; an answer that comes later is not looked at. */
async function within<T>(
  { clock, signal }: ResolveOptions,
  deadlineMs: number,
  start: () => Promise<T>,
): Promise<T> {
  const timer = new AbortController();
  const late = clock
    .sleep(Math.max(0, deadlineMs - clock.monotonic()), AbortSignal.any([timer.signal, signal]))
    .then(() => {
      throw new Error('no answer to what became of a request');
    });
  try {
    return await Promise.race([start(), late]);
  } finally {
    timer.abort();
    late.catch(() => undefined);
  }
}

function actionOf(history: History, request: number): LoadAction {
  const action = unresolvedIn(history, request);
  if (action !== undefined && action !== 'take') return action;
  return has(flagsOf(history, request), FLAG.hold) ? 'hold' : 'order';
}
