import { COARSE_BITS, percentile } from '../../../loadtest/histogram/histogram.ts';
import { mergeSparse } from '../../../loadtest/histogram/sparse-histogram.ts';
import type { SparseHistogram } from '../../../loadtest/histogram/sparse-histogram.ts';
import { ratePerSecondAt, warmUpMsOf } from '../../../loadtest/profile/phase.ts';
import type { LoadProgress } from '../../../loadtest/runner/run-load.ts';
import type { LoadSettings } from '../../../loadtest/workload/settings.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Monitor, StateLine, Terminal } from '../../terminal/types.ts';

/** What is seen of a run while it goes on: a state on a terminal, a line a second in a pipe. */
export interface LoadScreen {
  /** What goes on before and after the load. */
  readonly phase: (text: string) => void;
  readonly begin: () => void;
  readonly progress: (generator: number, progress: LoadProgress) => void;
  readonly reading: (reading: {
    readonly unitsLeft: number | null;
    readonly backlog: number | null;
  }) => void;
  readonly stop: () => void;
}

const SECOND_MS = 1_000;

/** What has come in during the second that is shown. */
interface Second {
  readonly sinceMs: number;
  readonly started: number;
  readonly latencies: readonly SparseHistogram[];
}

export function createLoadScreen(
  { stderr, format, quiet }: Pick<Terminal, 'stderr' | 'format' | 'quiet'>,
  {
    monitor,
    clock,
    settings,
  }: { readonly monitor: Monitor; readonly clock: Clock; readonly settings: LoadSettings },
): LoadScreen {
  const isForScripts = format === 'json' || format === 'ndjson';
  const isPiped = !stderr.animate && !isForScripts && !quiet;
  const latest = new Map<number, LoadProgress>();
  let level: { readonly unitsLeft: number | null; readonly backlog: number | null } = {
    unitsLeft: null,
    backlog: null,
  };
  let second: Second = { sinceMs: 0, started: 0, latencies: [] };
  let isOver = true;

  function say(text: string): void {
    if (isPiped) monitor.log({ atMs: clock.now(), level: 'info', message: text });
  }

  function show(): void {
    const sum = sumOf([...latest.values()]);
    if (sum === null) return;
    const spanMs = sum.elapsedMs - second.sinceMs;
    if (spanMs < SECOND_MS) return;
    const started = sum.started + sum.dropped;
    const middleMs = sum.elapsedMs - spanMs / 2;
    const view: View = {
      atMs: sum.elapsedMs,
      isWarmUp: middleMs < warmUpMsOf(settings.phases),
      wantedPerSecond: ratePerSecondAt(settings.phases, middleMs),
      perSecond: ((started - second.started) / spanMs) * SECOND_MS,
      ...percentilesOf(second.latencies),
      ...sum,
      ...level,
    };
    monitor.show(stateLines(view));
    say(oneLine(view));
    second = { sinceMs: sum.elapsedMs, started, latencies: [] };
  }

  return {
    phase: (text) => {
      isOver = true;
      monitor.show([{ text }]);
    },
    begin: () => {
      isOver = false;
    },
    progress: (generator, progress) => {
      latest.set(generator, progress);
      second = { ...second, latencies: [...second.latencies, progress.recentLatency] };
      if (!isOver) show();
    },
    reading: (reading) => {
      level = reading;
    },
    stop: monitor.stop,
  };
}

interface Sum {
  readonly elapsedMs: number;
  readonly started: number;
  readonly dropped: number;
  readonly accepted: number;
  readonly refused: number;
  readonly failed: number;
  readonly inFlight: number;
}

interface View extends Sum {
  readonly atMs: number;
  readonly isWarmUp: boolean;
  readonly wantedPerSecond: number;
  readonly perSecond: number;
  readonly p50: number | null;
  readonly p99: number | null;
  readonly unitsLeft: number | null;
  readonly backlog: number | null;
}

function sumOf(parts: readonly LoadProgress[]): Sum | null {
  if (parts.length === 0) return null;
  const sum = (of: (part: LoadProgress) => number): number =>
    parts.reduce((total, part) => total + of(part), 0);
  return {
    elapsedMs: Math.max(...parts.map(({ elapsedMs }) => elapsedMs)),
    started: sum(({ started }) => started),
    dropped: sum(({ dropped }) => dropped),
    accepted: sum(({ accepted }) => accepted),
    refused: sum(({ refused }) => refused),
    failed: sum(({ failed }) => failed),
    inFlight: sum(({ inFlight }) => inFlight),
  };
}

function percentilesOf(latencies: readonly SparseHistogram[]): Pick<View, 'p50' | 'p99'> {
  const merged = mergeSparse(COARSE_BITS, latencies);
  return { p50: percentile(merged, 0.5), p99: percentile(merged, 0.99) };
}

function stateLines(view: View): readonly StateLine[] {
  const { failed, dropped } = view;
  return [
    { text: `${seconds(view)}   rate      ${rate(view)}`, style: 'bold' },
    {
      text: `           latency   ${latency(view)} in the last second, ${view.inFlight} in flight`,
    },
    {
      text: `           outcomes  ${outcomes(view)}`,
      ...(failed + dropped > 0 ? { style: 'yellow' } : {}),
    },
    { text: `           stock     ${levels(view)}` },
  ];
}

function oneLine(view: View): string {
  return [seconds(view).trim(), rate(view), latency(view), outcomes(view), levels(view)].join('  ');
}

const seconds = ({ atMs }: View): string => `${(atMs / SECOND_MS).toFixed(1).padStart(6)} s`;

const rate = ({ perSecond, wantedPerSecond, isWarmUp }: View): string =>
  `${perSecond.toFixed(0)}/s of ${wantedPerSecond.toFixed(0)}/s${isWarmUp ? ' (warm-up)' : ''}`;

const latency = ({ p50, p99 }: View): string => `p50 ${shownMs(p50)}, p99 ${shownMs(p99)}`;

const outcomes = ({ accepted, refused, failed, dropped }: View): string =>
  `${accepted} accepted, ${refused} refused, ${failed} failed, ${dropped} dropped`;

const levels = ({ unitsLeft, backlog }: View): string =>
  `${unitsLeft ?? '?'} left, ${backlog ?? '?'} unsettled`;

function shownMs(milliseconds: number | null): string {
  return milliseconds === null ? '-' : `${milliseconds.toFixed(1)} ms`;
}
