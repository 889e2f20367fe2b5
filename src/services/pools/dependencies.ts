import type { Catalogue } from '../../ports/catalogue.ts';
import type { Clock } from '../../ports/clock.ts';
import type { NamedLocks } from '../../ports/named-locks.ts';
import type { PoolBooks } from '../../ports/pool-books.ts';
import type { PoolGate } from '../../ports/pool-gate.ts';
import type { RecoverOutcome } from './recover-outcome.ts';

/**
 * What settling and recovering a shard needs. The gate connects when it is first used and again after
 * it has lost its connection: that Redis is down shows in its answers, not in the making of it.
 */
export interface ShardDependencies {
  readonly books: PoolBooks;
  readonly gate: PoolGate;
  readonly clock: Clock;
  readonly locks: NamedLocks;
  /** A text that nobody else will ever make, at most 36 characters of ASCII (a UUID). */
  readonly newId: () => string;
  readonly settings: ShardSettings;
  /**
   * Told of a recovery that a command came upon while it did something else: what Redis may have lost
   * has to reach a person, whoever found it. A worker says it itself.
   */
  readonly onRecovery?: ((shard: number, outcome: RecoverOutcome) => void) | undefined;
}

export interface ShardSettings {
  /** Events of one settlement at most (`worker.batch_events_max`). */
  readonly batchEventsMax: number;
  /** Age at which settled entries and their records are deleted from Redis (`pools.retention_ms`). */
  readonly retentionMs: number;
}

/** What the commands about pools need. */
export interface PoolDependencies extends ShardDependencies {
  readonly catalogue: Catalogue;
}
