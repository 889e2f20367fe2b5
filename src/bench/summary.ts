import { latencyOf, spreadOf } from './latency.ts';
import type { LatencySummary, Spread } from './latency.ts';
import type { Told } from './fight.ts';
import { addVerdicts, isSafe, NOTHING_WRONG } from './judge-books.ts';
import type { BooksVerdict } from './judge-books.ts';
import type { JudgedBout } from './run-bench.ts';

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
    latencyMs: latencyOf(timed.map(({ bout }) => bout.latencies)),
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
