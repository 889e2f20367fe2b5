import { createHistogram, FINE_BITS, record } from '../histogram/histogram.ts';
import { toSparse } from '../histogram/sparse-histogram.ts';
import { isRefusal } from '../history/outcome.ts';
import type { Outcome } from '../history/outcome.ts';
import { addedCounts, noCounts } from './load-counts.ts';
import type { LoadRun, StartCounts } from './load-run.ts';
import { createRunningTally } from './running-tally.ts';
import type { Tallied, TalliedOutcome } from './running-tally.ts';
import { createSeriesRecorder } from './series.ts';

/** What has to be known of a start to count it. */
export interface Measured {
  readonly atMs: number;
  readonly isWarmUp: boolean;
}

export interface AnswerTimes {
  readonly startedMs: number;
  readonly answeredMs: number;
}

export type MeasuredSoFar = StartCounts & Tallied;

/** Everything that is counted while a run goes on; times are milliseconds from the start of the schedule. */
export interface Measure {
  readonly skipped: (start: Measured) => void;
  readonly dropped: (start: Measured, atMs: number) => void;
  readonly started: (start: Measured, atMs: number) => void;
  /** `units`: those that are sold by this answer and were not before. */
  readonly answered: (
    start: Measured,
    times: AnswerTimes,
    answer: { readonly outcome: Outcome; readonly units: number },
  ) => void;
  /** Given up: its latency so far counts, which is the least that it can be. */
  readonly unanswered: (start: Measured, times: AnswerTimes) => void;
  /** Units that an answer said were left. */
  readonly remaining: (units: number) => void;
  /** What has happened so far, starts and latencies also of the warm-up; the latencies are those since it was asked the last time. */
  readonly progress: () => MeasuredSoFar;
  readonly finish: () => Pick<
    LoadRun,
    'counts' | 'warmUp' | 'histograms' | 'series' | 'lastAnswerMs' | 'remainingMin'
  >;
}

export function createMeasure(slotMs: number): Measure {
  const latency = createHistogram(FINE_BITS);
  const service = createHistogram(FINE_BITS);
  const lag = createHistogram(FINE_BITS);
  const tally = createRunningTally();
  const series = createSeriesRecorder(slotMs);
  const counts = noCounts();
  const warmUp = noCounts();
  let lastAnswerMs = 0;
  let remainingMin = Infinity;

  const countsOf = ({ isWarmUp }: Measured): typeof counts => (isWarmUp ? warmUp : counts);

  function offered(start: Measured, atMs: number, as: 'started' | 'dropped'): void {
    countsOf(start).offered += 1;
    countsOf(start)[as] += 1;
    series.count('offered', start.atMs);
    series.count(as, atMs);
    if (!start.isWarmUp) record(lag, atMs - start.atMs);
  }

  function timed({ atMs, isWarmUp }: Measured, { startedMs, answeredMs }: AnswerTimes): void {
    lastAnswerMs = Math.max(lastAnswerMs, answeredMs);
    series.answered(answeredMs, answeredMs - atMs);
    tally.latency(answeredMs - atMs);
    if (isWarmUp) return;
    record(latency, answeredMs - atMs);
    record(service, answeredMs - startedMs);
  }

  function tell(outcome: TalliedOutcome, atMs: number, by = 1): void {
    tally.count(outcome, by);
    series.count(outcome, atMs, by);
  }

  return {
    skipped: (start) => {
      countsOf(start).skipped += 1;
    },
    dropped: (start, atMs) => offered(start, atMs, 'dropped'),
    started: (start, atMs) => offered(start, atMs, 'started'),
    answered: (start, times, { outcome, units }) => {
      timed(start, times);
      if (isFailure(outcome)) tell('failed', times.answeredMs);
      if (start.isWarmUp) return;
      if (isRefusal(outcome)) tell('refused', times.answeredMs);
      if (units === 0) return;
      tell('accepted', times.answeredMs);
      tell('units', times.answeredMs, units);
    },
    unanswered: (start, times) => {
      countsOf(start).unanswered += 1;
      timed(start, times);
      tell('failed', times.answeredMs);
    },
    remaining: (units) => {
      if (units < remainingMin) remainingMin = units;
    },
    progress: () => ({ ...addedCounts([counts, warmUp]), ...tally.take() }),
    finish: () => ({
      counts,
      warmUp,
      histograms: { latency: toSparse(latency), service: toSparse(service), lag: toSparse(lag) },
      series: series.finish(),
      lastAnswerMs,
      remainingMin: remainingMin === Infinity ? null : remainingMin,
    }),
  };
}

function isFailure(outcome: Outcome): boolean {
  return outcome === 'unknown' || outcome === 'error' || outcome === 'conflict';
}
