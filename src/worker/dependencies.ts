import type { CronSchedule } from '../domain/cron.ts';
import type { ReconcileDependencies } from '../services/reconcile/dependencies.ts';
import type { ShardDependencies } from '../services/pools/dependencies.ts';

export type WorkerDependencies = ShardDependencies;

/** One plain line for the log: a change of state, never a routine round. */
export interface WorkerLine {
  /** `alarm`: a person should look. */
  readonly level: 'info' | 'warn' | 'alarm';
  readonly shard: number | null;
  readonly text: string;
}

/**
 * What a shard's loop is at, for a screen: told after every round and when it changes, so a rate can be
 * made of `events`. Never needed for the work.
 */
export interface WorkerProgress {
  readonly shard: number;
  readonly state:
    'settling' | 'idle' | 'standing_by' | 'recovering' | 'frozen' | 'waiting_for_store';
  /** Events settled since the worker began. */
  readonly events: number;
  /** Entries that still wait, about; null: not known. */
  readonly backlog: number | null;
}

export interface WorkerReconcile {
  /** `worker.reconcile_cron`; null: only when something happens. */
  readonly schedule: CronSchedule | null;
  readonly dependencies: () => Promise<ReconcileDependencies>;
}

export interface WorkerOptions {
  /** `worker.poll_ms`. */
  readonly pollMs: number;
  /** `worker.heartbeat_ms`. */
  readonly heartbeatMs: number;
  readonly report: (line: WorkerLine) => void;
  /** Without it, the worker checks nothing but its shards, and keeps no history of what it mends. */
  readonly reconcile?: WorkerReconcile | undefined;
  readonly onProgress?: ((progress: WorkerProgress) => void) | undefined;
  /** Ends the work after the transaction under way. */
  readonly signal: AbortSignal;
}
