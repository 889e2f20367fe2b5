import { deltaOf } from '../../domain/reconcile/finding.ts';
import type { Finding } from '../../domain/reconcile/finding.ts';
import { failpoint } from '../../lib/failpoint.ts';
import type { RepairOf } from '../../ports/repairs.ts';
import { convergeShard } from '../pools/converge-shard.ts';
import type { PoolDependencies } from '../pools/dependencies.ts';
import { expireHolds } from '../pools/expire-holds.ts';
import { freezeShard } from '../pools/freeze-shard.ts';
import { recoverShard } from '../pools/recover-shard.ts';
import type { RecoverOutcome } from '../pools/recover-outcome.ts';
import { settleShard } from '../pools/settle-shard.ts';
import type { ReconcileDependencies } from './dependencies.ts';
import { lookAgain } from './look-again.ts';
import type { ShardRemedy } from './look-again.ts';
import { lostSales } from './lost-sales.ts';
import { CONVERGED, openedText } from './repair-words.ts';
import type { RepairedFinding } from './repaired-finding.ts';

/** A lost tail is booked bucket by bucket, each in a look of its own. */
const LOOKS_MAX = 10;

/**
 * What a worker would do with the shard, where what was seen is still so. Every one of these services does
 * the same when it runs twice, so a repair that was cut off is simply made again.
 * @returns with what Redis may have lost, where its shard was loaded anew
 */
export async function repairShard(
  dependencies: ReconcileDependencies,
  { finding }: RepairOf,
  remedy: ShardRemedy,
): Promise<RepairedFinding> {
  const pools = await dependencies.pools();
  const { lateMs } = dependencies;
  const seen = await lookAgain(pools, { finding, remedy, lateMs });
  if (seen.status === 'gone') return plain({ status: 'gone' });
  if (seen.status === 'unseen') return plain({ status: 'failed', reason: seen.reason });
  const now = seen.finding;
  if (deltaOf(now) !== deltaOf(finding) && remedy.kind !== 'settle') {
    return plain({ status: 'stale', reason: `now: ${now.evidence}` });
  }
  let said = '';
  for (let look = 0; look < LOOKS_MAX; look += 1) {
    const result = await act(pools, remedy, finding);
    await failpoint('reconcile.shard_mended');
    if (result.status === 'failed') return plain(result);
    const { revealed = [] } = result;
    said = result.said;
    const left = await lookAgain(pools, { finding, remedy, lateMs });
    if (left.status === 'gone') {
      return { outcome: { status: 'repaired', ...receiptTexts(now, said) }, revealed };
    }
    if (left.status === 'unseen' || remedy.kind !== 'converge') {
      const reason = left.status === 'unseen' ? left.reason : left.finding.evidence;
      return { outcome: { status: 'failed', reason }, revealed };
    }
  }
  return plain({ status: 'failed', reason: `${finding.evidence}; ${said}` });
}

function plain(outcome: RepairedFinding['outcome']): RepairedFinding {
  return { outcome, revealed: [] };
}

type Acted =
  | { readonly status: 'done'; readonly said: string; readonly revealed?: readonly Finding[] }
  | { readonly status: 'failed'; readonly reason: string };

async function act(
  pools: PoolDependencies,
  { kind, shard }: ShardRemedy,
  finding: Finding,
): Promise<Acted> {
  switch (kind) {
    case 'converge': {
      await convergeShard(pools, shard, { repair: true });
      return { status: 'done', said: CONVERGED[finding.check] ?? 'made to agree with the books' };
    }
    case 'recover': {
      const { progress } = await pools.books.shard(shard, { includeClosed: false });
      await pools.books.requestRecovery(shard, progress.generation);
      return recovered(pools, await recoverShard(pools, shard));
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
      return { status: 'done', said: ['all are booked', ...alarms].join('; ') };
    }
    case 'expire': {
      const { progress } = await pools.books.shard(shard, { includeClosed: false });
      const { generation } = progress;
      const count = await expireHolds(pools, { shard, generation });
      return {
        status: 'done',
        said: count === 1 ? '1 hold given back' : `${count} holds given back`,
      };
    }
    case 'freeze':
      await freezeShard(pools, shard, finding.evidence);
      return {
        status: 'failed',
        reason: `shard ${shard} is frozen now, and sells nothing until a person has looked`,
      };
  }
}

/** What Redis may have lost has to reach a person: it is a finding of its own beside the receipt. */
async function recovered(pools: PoolDependencies, outcome: RecoverOutcome): Promise<Acted> {
  switch (outcome.status) {
    case 'not_due':
      return { status: 'done', said: 'another process has opened it' };
    case 'adopted':
    case 'rebuilt': {
      const revealed = lostSales(
        outcome.buckets,
        await pools.books.buckets({ includeClosed: true }),
      );
      return { status: 'done', said: openedText(outcome), revealed };
    }
    case 'frozen':
      return { status: 'failed', reason: `the shard is frozen: ${outcome.reason}` };
    case 'busy':
      return { status: 'failed', reason: 'another process recovers the shard' };
  }
}

/** Before and after in the same words: what differed, and what it is now. */
function receiptTexts(
  { check, expected, actual, evidence }: Finding,
  said: string,
): { readonly before: string; readonly after: string } {
  if (check === 'pools.recovery') return { before: 'shut', after: said };
  if (check === 'holds.overdue') return { before: 'held', after: said };
  if (expected === null || actual === null) return { before: evidence, after: said };
  return { before: `${actual}, where ${expected} was expected`, after: said };
}
