import type { StartCounts } from './load-run.ts';

export type MutableCounts = { -readonly [K in keyof StartCounts]: StartCounts[K] };

export function noCounts(): MutableCounts {
  return { offered: 0, started: 0, dropped: 0, skipped: 0, unanswered: 0 };
}

export function addedCounts(parts: readonly StartCounts[]): StartCounts {
  const sum = noCounts();
  for (const part of parts) {
    sum.offered += part.offered;
    sum.started += part.started;
    sum.dropped += part.dropped;
    sum.skipped += part.skipped;
    sum.unanswered += part.unanswered;
  }
  return sum;
}
