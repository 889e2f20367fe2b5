import type { PoolBucket } from '../../../domain/pool.ts';
import type { PoolChange } from '../../../ports/pool-commands.ts';
import type { WriteContext } from '../../../ports/write-context.ts';
import { Rollback } from '../database.ts';
import type { Database } from '../database.ts';
import { isDuplicateKey } from '../errors.ts';
import type { Session } from '../session.ts';
import { lockPool, selectPool } from './bucket-rows.ts';
import { answeredBefore } from './operations.ts';
import type { Command, CommandKind } from './operations.ts';
import { inShards } from './shard-rows.ts';
import type { LockedShards } from './shard-rows.ts';

/** What a command finds when everything that it may change is locked. */
export interface PoolAtHand {
  readonly session: Session;
  readonly shards: LockedShards;
  /** All buckets of the pool, closed ones too; none when it was never opened. */
  readonly buckets: readonly PoolBucket[];
  readonly write: WriteContext;
}

/** Other buckets, on other shards, than when the command looked which to lock. */
type Moved = 'moved';

const ATTEMPTS_MAX = 10;

/**
 * Runs a command about a pool once for its request id: shards are locked, then the pool's rows. A
 * refusal and a dry run leave nothing behind.
 * @param shardsOf the shards that the command may touch, given the buckets there are
 */
export async function poolCommand(
  database: Database,
  request: {
    readonly kind: CommandKind;
    readonly productId: number;
    readonly locationId: number;
    readonly fingerprint: string;
  },
  write: WriteContext,
  unit: {
    readonly shardsOf: (buckets: readonly PoolBucket[]) => readonly number[];
    readonly run: (pool: PoolAtHand) => Promise<PoolChange>;
  },
): Promise<PoolChange> {
  const command: Command = { ...request, requestId: write.requestId };
  for (let attempt = 1; ; attempt += 1) {
    const first = await database.read(async (session) => ({
      answer: await answeredBefore(session, command),
      buckets: await selectPool(session, command),
    }));
    if (first.answer !== null) return first.answer;
    try {
      const result = await inShards<PoolChange | Moved>(
        database,
        unit.shardsOf(first.buckets),
        async (session, shards) => {
          const buckets = await lockPool(session, command);
          const answer = await answeredBefore(session, command);
          if (answer !== null) throw new Rollback<PoolChange>(answer);
          if (buckets.some(({ shard }) => !shards.has(shard))) throw new Rollback<Moved>('moved');
          const change = await unit.run({ session, shards, buckets, write });
          if (change.status !== 'done' || write.dryRun) throw new Rollback<PoolChange>(change);
          return change;
        },
      );
      if (result !== 'moved') return result;
    } catch (error) {
      // The request id or the bucket was taken by somebody who locked other shards: what he did answers.
      if (!isDuplicateKey(error) || attempt >= ATTEMPTS_MAX) throw error;
    }
  }
}
