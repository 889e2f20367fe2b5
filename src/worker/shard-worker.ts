import { backoffMs } from '../lib/backoff.ts';
import { expireLoop } from './expire-loop.ts';
import { pause } from './pause.ts';
import { createShardLease } from './shard-lease.ts';
import type { ShardLease } from './shard-lease.ts';
import { shardTurn } from './shard-turn.ts';
import { tell } from './shard-work.ts';
import type { ShardWork } from './shard-work.ts';

/** Waits after a failure: never nothing, so that a store that refuses at once is not asked in a tight loop. */
const RETRY_MIN_MS = 50;
const RETRY = { baseMs: 100, factor: 2, maxMs: 5000 };

/**
 * Works on one shard until the signal, in turns. An error ends a turn, and the next one begins anew from
 * the books after a growing pause: whatever a turn had done is done, and doing it again does nothing.
 */
export async function workShard(work: ShardWork): Promise<void> {
  const { shard, dependencies, options } = work;
  const lease = createShardLease(dependencies, { shard, heartbeatMs: options.heartbeatMs });
  try {
    await Promise.all([turns(work, lease), expireLoop(work)]);
  } finally {
    await lease.release();
  }
}

async function turns(work: ShardWork, lease: ShardLease): Promise<void> {
  const { shard, memory, outages } = work;
  const { clock } = work.dependencies;
  const { signal } = work.options;
  let failures = 0;
  while (!signal.aborted) {
    let waitMs: number;
    try {
      waitMs = await turnOrStandBy(work, lease);
      failures = 0;
      outages.works(shard);
    } catch (error) {
      waitMs = RETRY_MIN_MS + backoffMs(failures, clock.random(), RETRY);
      failures += 1;
      memory.position = null;
      memory.state = 'waiting_for_store';
      outages.fails(shard, error);
    }
    tell(work);
    await pause(clock, waitMs, signal);
  }
}

/** @returns milliseconds to wait before the next turn */
async function turnOrStandBy(work: ShardWork, lease: ShardLease): Promise<number> {
  if ((await lease.role()) !== 'standing_by') return shardTurn(work, lease);
  work.memory.position = null;
  work.memory.state = 'standing_by';
  // Waiting for the lock was the pause.
  return 0;
}
