import { COARSE_BITS, maxOf, meanOf, percentile } from '../../../loadtest/histogram/histogram.ts';
import { mergeSparse } from '../../../loadtest/histogram/sparse-histogram.ts';
import type { SparseHistogram } from '../../../loadtest/histogram/sparse-histogram.ts';
import { judgeFaults } from '../../../loadtest/faults/judge-faults.ts';
import { warmUpMsOf } from '../../../loadtest/profile/phase.ts';
import type { ConductedRun } from '../../../loadtest/runner/conduct.ts';
import { boundsFor, judgeGenerator } from '../../../loadtest/runner/judge-generator.ts';
import { countOutcomes } from '../../../loadtest/runner/outcome-counts.ts';
import { brokenInvariants } from '../../../loadtest/verdict/invariant.ts';
import type { InvariantResult } from '../../../loadtest/verdict/invariant.ts';
import { judgeThresholds, missedThresholds } from '../../../loadtest/verdict/thresholds.ts';
import type { JsonObject } from '../../../lib/json.ts';
import { LOAD_SCHEMA } from '../../../report/load/load-document.ts';
import type {
  LoadDocument,
  SlotDocument,
  TimesDocument,
} from '../../../report/load/load-document.ts';
import { settingsDocument } from './settings-document.ts';
import type { FinishedRun } from './run-load-test.ts';

export interface DocumentFacts {
  readonly version: string;
  readonly machine: JsonObject;
}

/** A finished run in the words of its document, with the verdict. */
export function loadDocumentOf(finished: FinishedRun, facts: DocumentFacts): LoadDocument {
  const { conducted, request, invariants } = finished;
  const { run, settledAfterMs } = conducted;
  const { settings } = request;
  const counts = countOutcomes(run.history);
  const measured = {
    ...startsOf(conducted),
    ...{ accepted: counts.accepted, accepted_later: counts.acceptedLater },
    ...{ units_sold: counts.units, held: counts.held },
    ...{ cancelled: counts.cancelled, sold_out: counts.soldOut, limited: counts.limited },
    ...{ refused: counts.refused, replayed: counts.replayed, conflicts: counts.conflicts },
    ...{ errors: counts.errors, unknown: counts.unknown },
    latency_ms: timesOf(run.histograms.latency),
    service_ms: timesOf(run.histograms.service),
    schedule_lag_ms: timesOf(run.histograms.lag),
    settle_ms: settledAfterMs === null ? null : rounded(settledAfterMs),
  };
  const schedule = scheduleOf(conducted, warmUpMsOf(settings.phases));
  const throughput = rounded(
    perSecond(run.counts.started - run.counts.unanswered, measuredMs(conducted, schedule)),
  );
  const metrics = metricsOf({ ...measured, throughput, schedule }, invariants);
  const thresholds = judgeThresholds(request.thresholds, metrics);
  const invalid = [
    ...judgeGenerator(run, boundsFor(request.lagMsMax)),
    ...judgeFaults(finished.faults),
  ];
  return {
    schema: LOAD_SCHEMA,
    verdict: verdictOf({ invariants, thresholds, invalid }),
    reasons: [...brokenInvariants(invariants), ...invalid, ...missedThresholds(thresholds)],
    run: finished.run,
    started_at: new Date(conducted.startedAtMs).toISOString(),
    seed: settings.seed,
    profile: settings.profile,
    target: request.target,
    ...measured,
    throughput_per_s: throughput,
    schedule,
    invariants,
    thresholds,
    faults: finished.faults.map(({ fault, atMs, untilMs, problem }) => ({
      ...{ fault, problem },
      at_ms: roundedOrNull(atMs),
      until_ms: roundedOrNull(untilMs),
    })),
    failures: run.failures,
    plan_hash: run.planHash,
    settings: settingsDocument(request),
    histograms: histogramsOf(conducted),
    versions: { inv: facts.version, ...finished.versions },
    machine: facts.machine,
    slot_ms: run.series.slotMs,
    series: seriesOf(conducted),
  };
}

/** Broken invariants fail a run however it was made; a missed threshold says nothing of a run that is invalid. */
function verdictOf(results: {
  readonly invariants: readonly InvariantResult[];
  readonly thresholds: readonly { readonly holds: boolean }[];
  readonly invalid: readonly string[];
}): LoadDocument['verdict'] {
  if (results.invariants.some(({ holds }) => !holds)) return 'fail';
  if (results.invalid.length > 0) return 'invalid';
  return results.thresholds.every(({ holds }) => holds) ? 'pass' : 'fail';
}

function startsOf({
  run,
}: ConductedRun): Pick<LoadDocument, 'offered' | 'started' | 'dropped' | 'skipped'> {
  const { offered, started, dropped, skipped } = run.counts;
  return { offered, started, dropped, skipped };
}

function scheduleOf({ run }: ConductedRun, warmUpMs: number): LoadDocument['schedule'] {
  const { plannedMs, dispatchedMs, busyShare } = run.health;
  const starts = run.counts.offered + run.warmUp.offered;
  return {
    planned_ms: rounded(plannedMs),
    actual_ms: rounded(dispatchedMs),
    planned_per_s: rounded(perSecond(starts, plannedMs)),
    achieved_per_s: rounded(perSecond(starts, dispatchedMs)),
    busy_share: rounded(busyShare),
    warm_up_ms: warmUpMs,
  };
}

/** From the end of the warm-up to the last start. */
function measuredMs({ run }: ConductedRun, schedule: LoadDocument['schedule']): number {
  const isWarmed = run.warmUp.offered > 0;
  return Math.max(1, schedule.actual_ms - (isWarmed ? schedule.warm_up_ms : 0));
}

function timesOf(sparse: SparseHistogram): TimesDocument {
  const histogram = mergeSparse(sparse.bits, [sparse]);
  const at = (share: number): number | null => roundedOrNull(percentile(histogram, share));
  return {
    count: sparse.count,
    mean: roundedOrNull(meanOf(histogram)),
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
    max: sparse.count === 0 ? null : rounded(maxOf(histogram)),
  };
}

function metricsOf(
  measured: Pick<
    LoadDocument,
    | 'latency_ms'
    | 'service_ms'
    | 'schedule_lag_ms'
    | 'settle_ms'
    | 'schedule'
    | 'offered'
    | 'started'
    | 'dropped'
    | 'accepted'
    | 'sold_out'
    | 'limited'
    | 'replayed'
    | 'errors'
    | 'unknown'
  > & { readonly throughput: number },
  invariants: readonly InvariantResult[],
): ReadonlyMap<string, number | null> {
  const times = (prefix: string, of: TimesDocument): [string, number | null][] =>
    Object.entries(of).map(([name, value]: [string, number | null]) => [prefix + name, value]);
  const evidence = (id: string, field: string): number | null => {
    const value = invariants.find((invariant) => invariant.id === id)?.evidence[field];
    return typeof value === 'number' ? value : null;
  };
  const { offered, started, dropped, errors, unknown } = measured;
  return new Map<string, number | null>([
    ...times('', measured.latency_ms),
    ...times('service_', measured.service_ms),
    ...times('lag_', measured.schedule_lag_ms),
    ['settle', measured.settle_ms],
    ['throughput', measured.throughput],
    ['rate', measured.schedule.achieved_per_s],
    ['accepted', measured.accepted],
    ['sold_out', measured.sold_out],
    ['limited', measured.limited],
    ['replayed', measured.replayed],
    ...([
      ['errors', errors],
      ['unknown', unknown],
      ['dropped', dropped],
    ] as const),
    ['oversold', evidence('I1', 'oversold')],
    ['undersold', evidence('I2', 'undersold')],
    ['error_rate', started === 0 ? null : (errors + unknown) / started],
    ['drop_rate', offered === 0 ? null : dropped / offered],
  ]);
}

function histogramsOf({ run }: ConductedRun): JsonObject {
  const { latency, service, lag } = run.histograms;
  const plain = ({ bits, count, sum, min, max, buckets }: SparseHistogram): JsonObject => ({
    ...{ bits, count, sum, min, max, buckets },
  });
  return { latency: plain(latency), service: plain(service), lag: plain(lag) };
}

function seriesOf({ run, readings }: ConductedRun): readonly SlotDocument[] {
  const { slotMs, columns, latency } = run.series;
  const lastMs = readings.at(-1)?.atMs ?? 0;
  const counted = Math.max(latency.length, ...Object.values(columns).map(({ length }) => length));
  const slots = Math.max(counted, Math.min(counted + 600, Math.floor(lastMs / slotMs) + 1));
  const levels = new Map(readings.map((reading) => [Math.floor(reading.atMs / slotMs), reading]));
  return Array.from({ length: slots }, (_, slot) => {
    const times = latency[slot] ?? null;
    const histogram = times === null ? null : mergeSparse(COARSE_BITS, [times]);
    const at = (share: number): number | null =>
      histogram === null ? null : roundedOrNull(percentile(histogram, share));
    const level = levels.get(slot);
    return {
      at_ms: slot * slotMs,
      offered: columns.offered[slot] ?? 0,
      started: columns.started[slot] ?? 0,
      dropped: columns.dropped[slot] ?? 0,
      answered: columns.answered[slot] ?? 0,
      accepted: columns.accepted[slot] ?? 0,
      refused: columns.refused[slot] ?? 0,
      failed: columns.failed[slot] ?? 0,
      units: columns.units[slot] ?? 0,
      p50_ms: at(0.5),
      p99_ms: at(0.99),
      max_ms: times === null ? null : rounded(times.max),
      units_left: level?.unitsLeft ?? null,
      backlog: level?.backlog ?? null,
    };
  });
}

function perSecond(count: number, milliseconds: number): number {
  return milliseconds <= 0 ? 0 : (count / milliseconds) * 1000;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function roundedOrNull(value: number | null): number | null {
  return value === null ? null : rounded(value);
}
