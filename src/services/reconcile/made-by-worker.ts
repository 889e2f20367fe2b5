import type { PoolBucket } from '../../domain/pool.ts';
import { about } from '../../domain/reconcile/finding.ts';
import type { Finding } from '../../domain/reconcile/finding.ts';
import type { RepairOutcome } from '../../ports/repairs.ts';
import type { RecoverOutcome } from '../pools/recover-outcome.ts';
import type { ShardFinding } from '../pools/shard-finding.ts';
import { bucketHead } from './bucket-head.ts';
import { shutShard } from './check-pools.ts';
import { lostSales } from './lost-sales.ts';
import { CONVERGED, openedText } from './repair-words.ts';

/** Something that a worker has found, and what it has done about it by itself. */
export interface MadeByWorker {
  readonly finding: Finding;
  /** null: nothing was, it is only told. */
  readonly outcome: RepairOutcome | null;
}

/** A difference of one shard, as a finding of a run. */
export function foundByWorker(
  shard: number,
  { kind, bucketId, evidence }: ShardFinding,
  buckets: readonly PoolBucket[],
): Finding {
  const bucket = buckets.find(({ id }) => id === bucketId);
  const check = kind === 'lost_tail' ? 'pools.lost_tail' : 'pools.identity';
  return {
    ...(bucket === undefined ? about(`shard ${shard}`) : bucketHead(bucket)),
    ...{ check, severity: 'drift', expected: null, actual: null, evidence },
    remedy: { kind: 'converge', shard },
  };
}

export function mendedByWorker(finding: Finding): MadeByWorker {
  const { check, evidence } = finding;
  return {
    finding,
    outcome: { status: 'repaired', before: evidence, after: CONVERGED[check] ?? '' },
  };
}

/** What a recovery came to; nothing where others do it. */
export function openedByWorker(
  shard: number,
  outcome: RecoverOutcome,
  buckets: readonly PoolBucket[],
): readonly MadeByWorker[] {
  const finding = shutShard(shard);
  switch (outcome.status) {
    case 'adopted':
    case 'rebuilt': {
      const lost = lostSales(outcome.buckets, buckets);
      return [
        { finding, outcome: { status: 'repaired', before: 'shut', after: openedText(outcome) } },
        ...lost.map((one) => ({ finding: one, outcome: null })),
      ];
    }
    case 'frozen': {
      const reason = `the shard is frozen: ${outcome.reason}`;
      return [{ finding, outcome: { status: 'failed', reason } }];
    }
    case 'not_due':
    case 'busy':
      return [];
  }
}
