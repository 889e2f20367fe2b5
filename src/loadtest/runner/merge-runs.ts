import { assert } from '../../lib/assert.ts';
import { FINE_BITS } from '../histogram/histogram.ts';
import { mergeSparse, toSparse } from '../histogram/sparse-histogram.ts';
import type { SparseHistogram } from '../histogram/sparse-histogram.ts';
import { mergeHistories } from '../history/merge-histories.ts';
import { addedCounts } from './load-counts.ts';
import type { LoadRun } from './load-run.ts';
import { mergeSeries } from './series.ts';

/** The parts that several generators had in one run, as the run of one. */
export function mergeRuns(parts: readonly LoadRun[]): LoadRun {
  const [first] = parts;
  assert(first !== undefined, 'a run has a generator');
  if (parts.length === 1) return first;
  const isAborted = parts.some((part) => part.isAborted);
  assert(
    isAborted || parts.every(({ planHash }) => planHash === first.planHash),
    'the generators of a run have one plan',
  );
  const histogram = (of: (part: LoadRun) => SparseHistogram): SparseHistogram =>
    toSparse(mergeSparse(FINE_BITS, parts.map(of)));
  const largest = (of: (part: LoadRun) => number): number => Math.max(...parts.map(of));
  return {
    counts: addedCounts(parts.map(({ counts }) => counts)),
    warmUp: addedCounts(parts.map(({ warmUp }) => warmUp)),
    histograms: {
      latency: histogram(({ histograms }) => histograms.latency),
      service: histogram(({ histograms }) => histograms.service),
      lag: histogram(({ histograms }) => histograms.lag),
    },
    series: mergeSeries(parts.map(({ series }) => series)),
    history: mergeHistories(parts.map(({ history }) => history)),
    planHash: first.planHash,
    health: slowest(parts),
    isAborted,
    lastAnswerMs: largest(({ lastAnswerMs }) => lastAnswerMs),
    remainingMin: leastRemaining(parts),
    failures: [...new Set(parts.flatMap(({ failures }) => failures))],
  };
}

/** A run is as good as its worst generator. */
function slowest(parts: readonly LoadRun[]): LoadRun['health'] {
  const slowness = ({ health }: LoadRun): number => health.dispatchedMs - health.plannedMs;
  const [worst] = [...parts].sort((a, b) => slowness(b) - slowness(a));
  assert(worst !== undefined, 'a run has a generator');
  const busyShare = Math.max(...parts.map(({ health }) => health.busyShare));
  return { ...worst.health, busyShare };
}

function leastRemaining(parts: readonly LoadRun[]): number | null {
  const least = Math.min(...parts.map(({ remainingMin }) => remainingMin ?? Infinity));
  return least === Infinity ? null : least;
}
