import type { Clock } from '../../ports/clock.ts';
import type { LoadTarget } from '../../ports/load-target.ts';
import { createHistory } from '../history/history.ts';
import { durationOf } from '../profile/phase.ts';
import { expectedLoad } from '../workload/expected.ts';
import { createIds } from '../workload/ids.ts';
import { createPlan } from '../workload/plan.ts';
import { createPlanHash } from '../workload/planned-start.ts';
import type { PlannedStart } from '../workload/planned-start.ts';
import type { LoadSettings } from '../workload/settings.ts';
import { createDispatchChooser } from './choose-dispatch.ts';
import { createDispatcher } from './dispatcher.ts';
import type { Dispatcher } from './dispatcher.ts';
import { createFailures } from './failures.ts';
import type { GeneratorHealth, LoadLimits, LoadRun } from './load-run.ts';
import { createMeasure } from './measure.ts';
import type { MeasuredSoFar } from './measure.ts';
import { pace } from './pace.ts';
import { resolveUnknown } from './resolve-unknown.ts';
import { slotMsFor } from './series.ts';

export interface RunOptions {
  readonly settings: LoadSettings;
  /** Name of the run, with which its request ids begin. */
  readonly run: string;
  readonly target: LoadTarget;
  readonly clock: Clock;
  readonly limits: LoadLimits;
  /** The start of the schedule, in milliseconds since the epoch: one for all generators of a run. */
  readonly startAtMs: number;
  /** Which of several generators this is; each draws the whole plan and sends its own chains of starts. */
  readonly partition: { readonly index: number; readonly count: number };
  /** Ends the run early: no more starts, a short wait for answers. */
  readonly signal: AbortSignal;
}

/** What has happened so far, for a screen that asks. */
export type LoadProgress = MeasuredSoFar & {
  readonly inFlight: number;
  /** From the start of the schedule. */
  readonly elapsedMs: number;
};

export interface RunningLoad {
  readonly progress: () => LoadProgress;
  readonly done: Promise<LoadRun>;
}

export const ALONE = { index: 0, count: 1 } as const;

/** After an interruption nobody waits long for answers; what is missing is unknown. */
const ABORTED_DRAIN_MS = 1_000;

/** Starts one generator: sends the plan's starts at their times, whatever comes back. */
export function startLoad(options: RunOptions): RunningLoad {
  const { settings, clock, limits } = options;
  const zeroMs = clock.monotonic() + (options.startAtMs - clock.now());
  const expected = expectedLoad(settings);
  const history = createHistory(shareOf(expected, options.partition.count));
  const measure = createMeasure(slotMsFor(durationOf(settings.phases)));
  const failures = createFailures();
  const shared = { ...options, zeroMs, history, failures, holdMs: settings.holds.holdMs };
  const ids = createIds(options.run);
  const dispatcher = createDispatcher({ ...shared, ids, measure, ...limits });
  const feed = createFeed(options, { dispatcher, history, expectedRequests: expected.requests });

  async function run(): Promise<LoadRun> {
    const paced = {
      dueMs: () => zeroMs + feed.dueMs(),
      start: feed.start,
      workDone: dispatcher.answers,
    };
    const report = await pace(paced, options);
    await drain(dispatcher, options);
    await resolveUnknown({ ...shared, ids });
    return {
      ...measure.finish(),
      history,
      planHash: feed.planHash(),
      health: { ...feed.times(), busyShare: report.busyShare },
      isAborted: options.signal.aborted,
      failures: failures.messages(),
    };
  }

  return {
    progress: () => ({
      ...measure.progress(),
      inFlight: dispatcher.inFlight(),
      elapsedMs: clock.monotonic() - zeroMs,
    }),
    done: run(),
  };
}

interface Feed {
  /** When the next start is due, from the start of the schedule; Infinity when none is left. */
  readonly dueMs: () => number;
  readonly start: () => void;
  readonly planHash: () => string;
  readonly times: () => Omit<GeneratorHealth, 'busyShare'>;
}

/** Hands the plan's starts of this generator to the dispatcher, one after the other. */
function createFeed(
  { settings, partition, clock }: RunOptions,
  to: {
    readonly dispatcher: Dispatcher;
    readonly history: ReturnType<typeof createHistory>;
    readonly expectedRequests: number;
  },
): Feed {
  const plan = createPlan(settings);
  const hash = createPlanHash();
  const chooser = createDispatchChooser(to.history, to.expectedRequests);
  let first: { readonly plannedMs: number; readonly clockMs: number } | undefined;
  let last = { plannedMs: 0, clockMs: 0 };
  let next = draw();

  function draw(): PlannedStart | undefined {
    for (;;) {
      const start = plan.next();
      if (start === undefined) return undefined;
      hash.take(start);
      if (start.chain % partition.count === partition.index) return start;
    }
  }

  return {
    dueMs: () => next?.atMs ?? Infinity,
    start: () => {
      if (next === undefined) return;
      const dispatch = chooser.choose(next);
      if (dispatch === undefined) {
        to.dispatcher.skip(next);
      } else {
        to.dispatcher.send(dispatch);
        last = { plannedMs: next.atMs, clockMs: clock.monotonic() };
        first ??= last;
      }
      next = draw();
    },
    planHash: hash.hex,
    times: () => ({
      plannedMs: last.plannedMs - (first?.plannedMs ?? 0),
      dispatchedMs: last.clockMs - (first?.clockMs ?? 0),
    }),
  };
}

/** Waits for what is in flight, but not for ever. */
async function drain(dispatcher: Dispatcher, options: RunOptions): Promise<void> {
  const { clock, limits, signal } = options;
  const timer = new AbortController();
  const timeout = async (): Promise<void> => {
    try {
      if (!signal.aborted) {
        await clock.sleep(limits.drainMs, AbortSignal.any([timer.signal, signal]));
        return;
      }
    } catch {
      if (timer.signal.aborted) return;
    }
    await clock.sleep(ABORTED_DRAIN_MS, timer.signal).catch(() => undefined);
  };
  await Promise.race([dispatcher.whenIdle(), timeout()]);
  timer.abort();
  if (dispatcher.inFlight() > 0) dispatcher.giveUp();
}

function shareOf(
  { starts, requests }: { readonly starts: number; readonly requests: number },
  generators: number,
): { readonly starts: number; readonly requests: number } {
  // Numbers of requests go over the whole plan, whoever sends them.
  return { starts: starts / generators, requests };
}
