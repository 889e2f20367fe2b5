import type { SettledRound } from '../services/pools/settle-shard.ts';
import type { WorkReport } from './work-report.ts';

/** Counts what was done on one shard. */
export interface Tally {
  settled(round: SettledRound): void;
  expired(holds: number): void;
  /** Events settled so far, of whatever kind. */
  events(): number;
  counts(): TallyCounts;
}

export type TallyCounts = Omit<WorkReport, 'journalApplied' | 'lagEvents'>;

export function createTally(): Tally {
  const counts = { settled: 0, returned: 0, duplicates: 0, parked: 0, expiredHolds: 0 };
  return {
    settled: ({ sold, returned, duplicates, parked }) => {
      counts.settled += sold;
      counts.returned += returned;
      counts.duplicates += duplicates;
      counts.parked += parked;
    },
    expired: (holds) => {
      counts.expiredHolds += holds;
    },
    events: () => counts.settled + counts.returned + counts.duplicates + counts.parked,
    counts: () => ({ ...counts }),
  };
}

export function workReport(tallies: readonly Tally[], lagEvents: number): WorkReport {
  const all = tallies.map((tally) => tally.counts());
  const sum = (of: keyof TallyCounts): number => all.reduce((total, one) => total + one[of], 0);
  return {
    settled: sum('settled'),
    returned: sum('returned'),
    duplicates: sum('duplicates'),
    parked: sum('parked'),
    expiredHolds: sum('expiredHolds'),
    journalApplied: 0,
    lagEvents,
  };
}
