import { deltaOf } from '../../domain/reconcile/finding.ts';
import type { Finding, Remedy } from '../../domain/reconcile/finding.ts';
import { failpoint } from '../../lib/failpoint.ts';
import type { RepairOf, RepairOutcome } from '../../ports/reconcile-books.ts';
import { convergeShard } from '../pools/converge-shard.ts';
import type { PoolDependencies } from '../pools/dependencies.ts';
import { expireHolds } from '../pools/expire-holds.ts';
import { freezeShard } from '../pools/freeze-shard.ts';
import { recoverShard } from '../pools/recover-shard.ts';
import type { RecoverOutcome } from '../pools/recover-outcome.ts';
import { settleShard } from '../pools/settle-shard.ts';
import { overdueInShard } from './check-holds.ts';
import { lookAtShard } from './check-pools.ts';
import type { ReconcileDependencies } from './dependencies.ts';

export type ShardRemedy = Extract<Remedy, { readonly shard: number }>;

/** A lost tail is booked bucket by bucket, each in a look of its own. */
const LOOKS_MAX = 10;

/**
 * What a worker would do with the shard, where what was seen is still so. Every one of these services does
 * the same when it runs twice, so a repair that was cut off is simply made again.
 */
export async function repairShard(
  dependencies: ReconcileDependencies,
  { finding }: RepairOf,
  remedy: ShardRemedy,
): Promise<RepairOutcome> {
  const pools = await dependencies.pools();
  const { lateMs } = dependencies;
  const now = await findAgain(pools, { finding, remedy, lateMs });
  if (now === null) return { status: 'gone' };
  if (deltaOf(now) !== deltaOf(finding) && remedy.kind !== 'settle') {
    return { status: 'stale', reason: `now: ${now.evidence}` };
  }
  let said = '';
  for (let look = 0; look < LOOKS_MAX; look += 1) {
    const result = await act(pools, remedy, finding);
    await failpoint('reconcile.shard_mended');
    if (result.status === 'failed') return result;
    said = result.said;
    const left = await findAgain(pools, { finding, remedy, lateMs });
    if (left === null) return { status: 'repaired', before: numbers(now), after: said };
    if (remedy.kind !== 'converge') return { status: 'failed', reason: left.evidence };
  }
  return { status: 'failed', reason: `${finding.evidence}; ${said}` };
}

interface Sought {
  readonly finding: Finding;
  readonly remedy: ShardRemedy;
  readonly lateMs: number;
}

/** The same finding, as it is now; null: nothing is wrong any more. */
async function findAgain(
  pools: PoolDependencies,
  { finding, remedy, lateMs }: Sought,
): Promise<Finding | null> {
  const { shard } = remedy;
  const findings =
    finding.check === 'holds.overdue'
      ? await overdueInShard(pools, shard, lateMs)
      : (await lookAtShard(pools, shard, { productIds: null, lateMs })).findings;
  const same = findings.find(
    ({ check, subject }) => check === finding.check && subject === finding.subject,
  );
  return same ?? null;
}

type Acted =
  | { readonly status: 'done'; readonly said: string }
  | { readonly status: 'failed'; readonly reason: string };

async function act(
  pools: PoolDependencies,
  { kind, shard }: ShardRemedy,
  finding: Finding,
): Promise<Acted> {
  switch (kind) {
    case 'converge': {
      const { findings } = await convergeShard(pools, shard, { repair: true });
      const mended = findings.filter(({ isRepaired }) => isRepaired);
      const said = mended.map(({ evidence }) => evidence).join('; ');
      return { status: 'done', said: said === '' ? 'compared with the books' : said };
    }
    case 'recover': {
      const { progress } = await pools.books.shard(shard, { includeClosed: false });
      await pools.books.requestRecovery(shard, progress.generation);
      return recovered(await recoverShard(pools, shard));
    }
    case 'settle': {
      const alarms: string[] = [];
      const end = await settleShard(pools, shard, {
        onRound: (round) => void alarms.push(...round.alarms),
      });
      if (end.status !== 'idle') {
        return { status: 'failed', reason: `settling ended as ${end.status}` };
      }
      // What the end of the stream has lost is seen only now.
      const { findings } = await convergeShard(pools, shard, { repair: true });
      alarms.push(...findings.map(({ evidence }) => evidence));
      return { status: 'done', said: ['settled', ...alarms].join('; ') };
    }
    case 'expire': {
      const { progress } = await pools.books.shard(shard, { includeClosed: false });
      const { generation } = progress;
      const count = await expireHolds(pools, { shard, generation });
      return { status: 'done', said: `${count} holds given back` };
    }
    case 'freeze':
      await freezeShard(pools, shard, finding.evidence);
      return {
        status: 'failed',
        reason: `shard ${shard} is frozen now; read "Frozen shards" in docs/pools.md`,
      };
  }
}

/** What Redis may have lost has to reach a person. */
function recovered(outcome: RecoverOutcome): Acted {
  switch (outcome.status) {
    case 'not_due':
    case 'adopted':
      return { status: 'done', said: 'opened again as it was: nothing was lost' };
    case 'rebuilt': {
      const lost = outcome.buckets.reduce((sum, { lostMax }) => sum + lostMax, 0);
      const kept = outcome.buckets.reduce((sum, { quarantined }) => sum + quarantined, 0);
      const aside = kept === 0 ? '' : `, ${kept} are kept for them`;
      const loss =
        lost === 0
          ? 'nothing was lost'
          : `up to ${lost} units that Redis had sold may be lost${aside}`;
      return { status: 'done', said: `loaded anew from the books: ${loss}` };
    }
    case 'frozen':
      return { status: 'failed', reason: `the shard is frozen: ${outcome.reason}` };
    case 'busy':
      return { status: 'failed', reason: 'another process recovers the shard' };
  }
}

function numbers({ expected, actual, evidence }: Finding): string {
  return expected === null || actual === null
    ? evidence
    : `${actual}, where ${expected} was expected`;
}
