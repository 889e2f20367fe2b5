import type { WorkerProgress } from '../../../worker/dependencies.ts';
import type { StateLine, StyleName } from '../../terminal/types.ts';

/** Long enough for a steady number, short enough to follow a rush. */
const RATE_WINDOW_MS = 5_000;

interface Sample {
  readonly atMs: number;
  readonly events: number;
}

interface Shard {
  latest: WorkerProgress;
  samples: readonly Sample[];
}

/** What `inv worker run` shows on a terminal: a line a shard, with what it settles a second. */
export interface StatusLines {
  readonly take: (progress: WorkerProgress) => void;
  readonly drawn: () => readonly StateLine[];
}

/** @param now a clock that never goes back, in milliseconds */
export function createStatusLines(now: () => number): StatusLines {
  const shards = new Map<number, Shard>();
  return {
    take(progress) {
      const sample = { atMs: now(), events: progress.events };
      const earlier = shards.get(progress.shard)?.samples ?? [];
      shards.set(progress.shard, {
        latest: progress,
        samples: [...within(earlier, sample.atMs), sample],
      });
    },
    drawn() {
      const atMs = now();
      return [...shards.values()]
        .sort((one, other) => one.latest.shard - other.latest.shard)
        .map((shard) => lineOf(shard, atMs));
    },
  };
}

/** One sample from before the window stays: the rate counts from there. */
function within(samples: readonly Sample[], atMs: number): readonly Sample[] {
  const first = samples.findIndex((sample) => sample.atMs >= atMs - RATE_WINDOW_MS);
  return first < 0 ? samples.slice(-1) : samples.slice(Math.max(first - 1, 0));
}

function lineOf({ latest, samples }: Shard, atMs: number): StateLine {
  const { shard, state, events, backlog } = latest;
  const waiting = backlog === null ? 'backlog unknown' : `${String(backlog)} waiting`;
  return {
    text: [
      `shard ${String(shard)}`,
      WORDS[state],
      waiting,
      `${String(rate(within(samples, atMs), atMs, events))}/s`,
      `${String(events)} settled`,
    ].join('  '),
    style: STYLES[state],
  };
}

function rate(samples: readonly Sample[], atMs: number, events: number): number {
  const [first] = samples;
  if (first === undefined || atMs <= first.atMs) return 0;
  const sinceMs = Math.max(atMs - first.atMs, RATE_WINDOW_MS / 5);
  return Math.round(((events - first.events) * 1000) / sinceMs);
}

const WORDS: Readonly<Record<WorkerProgress['state'], string>> = {
  settling: 'settling',
  idle: 'idle',
  standing_by: 'standing by (another worker reads it)',
  recovering: 'recovering',
  frozen: 'FROZEN: inv worker status',
  waiting_for_store: 'waiting for a store',
};

const STYLES: Readonly<Record<WorkerProgress['state'], StyleName | undefined>> = {
  settling: 'green',
  idle: undefined,
  standing_by: 'dim',
  recovering: 'yellow',
  frozen: 'red',
  waiting_for_store: 'yellow',
};
