import {
  add,
  createHistogram,
  FINE_BITS,
  maxOf,
  percentile,
} from '../loadtest/histogram/histogram.ts';
import type { Told } from './fight.ts';
import { addVerdicts, isSafe, NOTHING_WRONG } from './judge-books.ts';
import type { BooksVerdict } from './judge-books.ts';
import type { JudgedBout } from './run-bench.ts';

/** Median, least and most of the rounds. */
export interface Spread {
  readonly median: number;
  readonly range: readonly [number, number];
}

export interface LatencySummary {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly p999: number | null;
  readonly max: number | null;
}

/** What all rounds of one contestant come to. Counts are of the timed bouts, the verdict of all. */
export interface ContestantSummary extends BooksVerdict {
  readonly name: string;
  readonly isUnsafe: boolean;
  readonly attempted: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly errors: number;
  readonly replayed: number;
  readonly failures: Readonly<Record<string, number>>;
  /** Accepted requests a second. */
  readonly throughput: Spread;
  readonly latencyMs: LatencySummary;
  readonly retries: number;
  readonly deadlocks: number | null;
  readonly cpuMs: {
    readonly client: number;
    readonly mysql: number | null;
    readonly redis: number | null;
  };
  readonly settleMs: number;
  /** Requests that competed for the last units, and those that got some. */
  readonly lastUnits: { readonly attempted: number; readonly accepted: number };
  readonly verdict: 'SAFE' | 'UNSAFE';
}

/** In the order in which the contestants played. */
export function summarise(bouts: readonly JudgedBout[]): readonly ContestantSummary[] {
  const contestants = [...new Set(bouts.map(({ contestant }) => contestant))];
  return contestants.map((contestant) =>
    summariseOne(bouts.filter((bout) => bout.contestant === contestant)),
  );
}

function summariseOne(bouts: readonly JudgedBout[]): ContestantSummary {
  const timed = bouts.filter(({ kind }) => kind === 'timed');
  const last = bouts.filter(({ kind }) => kind === 'last units');
  const verdict = bouts.map((bout) => bout.verdict).reduce(addVerdicts, NOTHING_WRONG);
  const told = (among: readonly JudgedBout[], what: Told): number =>
    sum(among, ({ bout }) => bout.requests.filter((one) => one.told === what).length);
  return {
    name: bouts[0]?.contestant.name ?? '',
    isUnsafe: bouts[0]?.contestant.isUnsafe ?? false,
    attempted: sum(timed, ({ bout }) => bout.requests.length),
    accepted: told(timed, 'accepted'),
    rejected: told(timed, 'rejected'),
    errors: told(timed, 'failed') + told(timed, 'unknown'),
    replayed: sum(timed, ({ bout }) => bout.replayed),
    failures: failuresOf(timed),
    throughput: spreadOf(
      timed.map((one) => (told([one], 'accepted') * 1000) / Math.max(1, one.bout.durationMs)),
    ),
    latencyMs: latencyOf(timed),
    retries: sum(timed, ({ retries }) => retries),
    deadlocks: sumKnown(timed, ({ spent }) => spent.deadlocks),
    cpuMs: {
      client: sum(timed, ({ spent }) => spent.cpuMs.client),
      mysql: sumKnown(timed, ({ spent }) => spent.cpuMs.mysql),
      redis: sumKnown(timed, ({ spent }) => spent.cpuMs.redis),
    },
    settleMs: sum(timed, ({ settleMs }) => settleMs),
    lastUnits: {
      attempted: sum(last, ({ bout }) => bout.requests.length),
      accepted: told(last, 'accepted'),
    },
    ...verdict,
    verdict: isSafe(verdict) ? 'SAFE' : 'UNSAFE',
  };
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
  return { median, range: [sorted[0] ?? 0, sorted.at(-1) ?? 0] };
}

function latencyOf(bouts: readonly JudgedBout[]): LatencySummary {
  const all = createHistogram(FINE_BITS);
  for (const { bout } of bouts) add(all, bout.latencies);
  const at = (share: number): number | null => percentile(all, share);
  const p50 = at(0.5);
  return {
    p50,
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
    max: p50 === null ? null : maxOf(all),
  };
}

function failuresOf(bouts: readonly JudgedBout[]): Readonly<Record<string, number>> {
  const failures: Record<string, number> = {};
  for (const { bout } of bouts) {
    for (const [code, count] of bout.failures) failures[code] = (failures[code] ?? 0) + count;
  }
  return failures;
}

function sum(bouts: readonly JudgedBout[], of: (bout: JudgedBout) => number): number {
  return bouts.reduce((total, bout) => total + of(bout), 0);
}

function sumKnown(
  bouts: readonly JudgedBout[],
  of: (bout: JudgedBout) => number | null,
): number | null {
  const values = bouts.map(of);
  return values.includes(null)
    ? null
    : values.reduce<number>((total, one) => total + (one ?? 0), 0);
}
