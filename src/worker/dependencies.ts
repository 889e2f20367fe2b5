import type { ShardDependencies } from '../services/pools/dependencies.ts';

export type WorkerDependencies = ShardDependencies;

/** One plain line for the log: a change of state, never a routine round. */
export interface WorkerLine {
  /** `alarm`: a person should look. */
  readonly level: 'info' | 'warn' | 'alarm';
  readonly shard: number | null;
  readonly text: string;
}

export interface WorkerOptions {
  /** `worker.poll_ms`. */
  readonly pollMs: number;
  /** `worker.heartbeat_ms`. */
  readonly heartbeatMs: number;
  readonly report: (line: WorkerLine) => void;
  /** Ends the work after the transaction under way. */
  readonly signal: AbortSignal;
}
