import type { Convergence } from '../services/pools/converge-shard.ts';
import type { RecoverOutcome } from '../services/pools/recover-outcome.ts';
import type { SettledRound } from '../services/pools/settle-shard.ts';
import type { WorkReport } from './work-report.ts';

/** Counts what was done on one shard. */
export interface Tally {
  settled(round: SettledRound): void;
  expired(holds: number): void;
  converged(convergence: Convergence): void;
  recovered(outcome: RecoverOutcome): void;
  closed(buckets: number): void;
  /** Events settled so far, of whatever kind. */
  events(): number;
  counts(): TallyCounts;
}

export type TallyCounts = Omit<WorkReport, 'journalApplied' | 'lagEvents'>;

export function createTally(): Tally {
  const counts = {
    ...{ settled: 0, returned: 0, duplicates: 0, parked: 0, expiredHolds: 0 },
    ...{ mended: 0, recovered: 0, handedOver: 0, closed: 0 },
  };
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
    converged: ({ findings, created, updated }) => {
      const mended = findings.filter(({ isRepaired }) => isRepaired);
      counts.mended += mended.length;
      // Counters are mended by handing the bucket over once more.
      const isHandedOver = mended.filter(({ kind }) => kind === 'identity').length;
      counts.handedOver += created + updated - isHandedOver;
    },
    recovered: ({ status }) => {
      if (status === 'adopted' || status === 'rebuilt') counts.recovered += 1;
    },
    closed: (buckets) => {
      counts.closed += buckets;
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
    mended: sum('mended'),
    recovered: sum('recovered'),
    handedOver: sum('handedOver'),
    closed: sum('closed'),
    journalApplied: 0,
    lagEvents,
  };
}
