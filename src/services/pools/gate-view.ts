import type { PoolBucket } from '../../domain/pool.ts';
import { InvError } from '../../lib/errors.ts';
import type { PoolBooks } from '../../ports/pool-books.ts';
import type { GateSnapshot, PoolGate } from '../../ports/pool-gate.ts';
import { frozenReason } from './settle-shard.ts';
import type { GateView, ShownGate } from './shown-pool.ts';

/** Redis, and the books that say why it is shut. */
export interface ShownStores {
  readonly gate: Pick<PoolGate, 'snapshot'>;
  readonly books: Pick<PoolBooks, 'shard'>;
}

/**
 * What Redis says of buckets, asked once a shard. The books were read before, so what is unsettled is
 * never below zero, and avail + held + unsettled is outstanding whatever was settled in between (I4).
 */
export async function gateView(
  { gate, books }: ShownStores,
  buckets: readonly PoolBucket[],
): Promise<GateView> {
  const counters = new Map<number, ShownGate>();
  const warnings: string[] = [];
  const live = buckets.filter(({ state }) => state !== 'closed');
  for (const shard of new Set(live.map((bucket) => bucket.shard))) {
    const snapshot = await snapshotOrWhy(gate, shard);
    if (typeof snapshot === 'string') {
      warnings.push(snapshot);
      // One answer that does not come is enough: the other shards live in the same Redis.
      break;
    }
    const ofShard = live.filter((bucket) => bucket.shard === shard);
    warnings.push(...view(ofShard, snapshot, counters));
    if (!snapshot.isOpen) warnings.push(await whyShut(books, shard));
  }
  return { counters, warnings };
}

/** A frozen shard waits for a person, any other for the worker. */
async function whyShut(books: ShownStores['books'], shard: number): Promise<string> {
  try {
    const { progress } = await books.shard(shard, { includeClosed: false });
    if (progress.state === 'frozen') {
      return `shard ${shard} is frozen, and its pools sell nothing until a person has looked: ${frozenReason(progress)} (inv worker status)`;
    }
  } catch (error) {
    if (!(error instanceof InvError)) throw error;
  }
  return 'Redis was restarted or has lost data: its pools sell nothing until they are checked against the books (inv worker once)';
}

/** @returns the snapshot, or the sentence that says why there is none */
async function snapshotOrWhy(
  gate: Pick<PoolGate, 'snapshot'>,
  shard: number,
): Promise<GateSnapshot | string> {
  try {
    return await gate.snapshot(shard);
  } catch (error) {
    if (!(error instanceof InvError)) throw error;
    return `${error.message}: what it holds of the pools is not known now; the books are right, and Redis follows them when it is back`;
  }
}

/** Adds the counters of one shard's buckets. @returns what a person should know */
function view(
  buckets: readonly PoolBucket[],
  snapshot: GateSnapshot,
  counters: Map<number, ShownGate>,
): readonly string[] {
  const warnings: string[] = [];
  const warn = ({ sku }: PoolBucket, text: string): void => {
    warnings.push(`${sku}: ${text}`);
  };
  for (const bucket of buckets) {
    const found = snapshot.buckets.find(({ bucketId }) => bucketId === bucket.id);
    if (found?.epoch !== bucket.epoch) {
      warn(
        bucket,
        'Redis has not taken the pool over yet; the worker hands it on (inv worker once)',
      );
      continue;
    }
    counters.set(bucket.id, {
      avail: found.avail,
      held: found.held,
      unsettled: Math.max(0, found.cum - bucket.settledCum),
      isSound: found.isSound,
    });
    if (!found.isSound) {
      warn(
        bucket,
        'the counters in Redis contradict each other, so nothing is sold until they are repaired (inv worker once)',
      );
    }
  }
  return warnings;
}
