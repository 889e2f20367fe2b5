import type { RecoveredBucket, RecoverOutcome } from '../services/pools/recover-outcome.ts';
import type { ShardFinding } from '../services/pools/shard-finding.ts';
import type { FinishedWorkerRepairs } from '../services/reconcile/finish-worker-repairs.ts';
import type { WorkerLine } from './dependencies.ts';

/** What the log says of a recovery; nothing where there was none. */
export function recoveryLines(shard: number, outcome: RecoverOutcome): readonly WorkerLine[] {
  switch (outcome.status) {
    case 'not_due':
      return [];
    case 'adopted':
      return [
        {
          level: 'info',
          shard,
          text: `checked against the books: Redis has all that ${outcome.buckets.length === 0 ? 'it should' : 'they know of'}, and sells`,
        },
        ...lossLines(shard, outcome.buckets),
      ];
    case 'busy':
      return [{ level: 'info', shard, text: 'others recover this shard' }];
    case 'frozen':
      return [frozenLine(shard, outcome.reason)];
    case 'rebuilt':
      return rebuiltLines(shard, outcome);
  }
}

export function frozenLine(shard: number, reason: string): WorkerLine {
  return {
    level: 'alarm',
    shard,
    text: `frozen until a person has looked: ${reason}`,
  };
}

function rebuiltLines(
  shard: number,
  { lossy, reason, buckets }: Extract<RecoverOutcome, { readonly status: 'rebuilt' }>,
): readonly WorkerLine[] {
  const head: WorkerLine = {
    level: lossy ? 'alarm' : 'warn',
    shard,
    text: `loaded anew from the books, because ${reason}${lossy ? '' : '; no sale was lost'}`,
  };
  return [head, ...lossLines(shard, buckets)];
}

function lossLines(shard: number, buckets: readonly RecoveredBucket[]): readonly WorkerLine[] {
  return buckets
    .filter(({ lostMax }) => lostMax > 0)
    .map(({ bucketId, sku, location, lostMax, quarantined }): WorkerLine => {
      const kept = quarantined > 0 ? `; ${quarantined} stay reserved for them` : '';
      return {
        level: 'alarm',
        shard,
        text: `${sku} at ${location} (bucket ${bucketId}): up to ${lostMax} units sold just before may be lost${kept}`,
      };
    });
}

/** What the log says of repairs that an earlier worker was killed before it told. */
export function finishedLines(
  shard: number,
  { receipts, revealed }: FinishedWorkerRepairs,
): readonly WorkerLine[] {
  return [
    ...receipts.map(({ runId, before, after }): WorkerLine => {
      const text = `run ${runId} was cut off; its receipt is written now: ${before}: ${after}`;
      return { level: 'warn', shard, text };
    }),
    ...revealed.map(({ evidence }): WorkerLine => ({ level: 'alarm', shard, text: evidence })),
  ];
}

export function findingLine(
  shard: number,
  { kind, evidence, isRepaired }: ShardFinding,
): WorkerLine {
  const name = FINDING_NAMES[kind];
  return { level: 'alarm', shard, text: `${name}: ${evidence}${isRepaired ? '; mended' : ''}` };
}

const FINDING_NAMES = {
  identity: 'damaged counters in Redis',
  rollback: 'Redis went back',
  lost_tail: 'events are lost from the stream',
  cum: 'Redis and the books count differently',
  fork: 'two numbers of the same grant',
  restored: 'MySQL is older than Redis',
} as const satisfies Record<ShardFinding['kind'], string>;
