import type { Finding, Remedy } from '../../domain/reconcile/finding.ts';
import type { PoolDependencies } from '../pools/dependencies.ts';
import { overdueInShard } from './check-holds.ts';
import { lookAtShard } from './check-pools.ts';

export type ShardRemedy = Extract<Remedy, { readonly shard: number }>;

export interface Sought {
  readonly finding: Finding;
  readonly remedy: ShardRemedy;
  readonly lateMs: number;
}

export type SeenAgain =
  /** The same finding, as it is now. */
  | { readonly status: 'same'; readonly finding: Finding }
  /** Nothing is wrong any more. */
  | { readonly status: 'gone' }
  /** The shard cannot be compared now, so nothing can be said. */
  | { readonly status: 'unseen'; readonly reason: string };

/** @throws InvError STORE_UNAVAILABLE */
export async function lookAgain(
  pools: PoolDependencies,
  { finding, remedy, lateMs }: Sought,
): Promise<SeenAgain> {
  const { shard } = remedy;
  const { findings, unchecked } =
    finding.check === 'holds.overdue'
      ? { findings: await overdueInShard(pools, shard, lateMs), unchecked: [] }
      : await lookAtShard(pools, shard, { productIds: null, lateMs });
  const same = findings.find(
    ({ check, subject }) => check === finding.check && subject === finding.subject,
  );
  if (same !== undefined) return { status: 'same', finding: same };
  const [unseen] = unchecked;
  return unseen === undefined ? { status: 'gone' } : { status: 'unseen', reason: unseen.reason };
}
