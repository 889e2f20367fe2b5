import type { ShardDependencies } from './dependencies.ts';
import { shutFrozen } from './freeze-shard.ts';
import { acknowledge } from './acknowledge.ts';
import { RESTORED } from './settle-shard.ts';
import type { GateState } from './settle-shard.ts';
import type { Position } from './settle-batch.ts';

export type Beat =
  | { readonly status: 'beaten'; readonly position: Position }
  | { readonly status: 'overtaken' }
  | { readonly status: 'frozen'; readonly reason: string };

/**
 * The heartbeat of a shard that has nothing to settle: checks that this MySQL is the one that Redis was
 * last told of, leaves a new mark in its log, and tells Redis, which forgets what is old on the way. A
 * MySQL restored from an older copy is so noticed within a beat or two, also when nothing is sold.
 */
export async function beat(
  dependencies: ShardDependencies,
  position: Position,
  { ackVersion, ackToken }: GateState,
): Promise<Beat> {
  const { books } = dependencies;
  const { shard, version } = position;
  // Without entries it checks, and moves nothing.
  const checked = await books.settle({
    shard,
    version,
    ackVersion,
    ackToken,
    entries: [],
    found: null,
  });
  if (checked.status === 'frozen' || checked.status === 'restored') {
    await shutFrozen(dependencies, shard);
    return {
      status: 'frozen',
      reason: checked.status === 'restored' ? RESTORED : checked.reason,
    };
  }
  if (checked.status !== 'settled') return { status: 'overtaken' };
  const mark = await books.heartbeat(shard, version);
  if (mark === null) return { status: 'overtaken' };
  const { watermark } = position;
  await acknowledge(dependencies, position, { ...mark, watermark, buckets: [] });
  return { status: 'beaten', position: { ...position, version: mark.version } };
}
