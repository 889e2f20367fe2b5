import type { StreamId } from '../domain/pool.ts';
import { InvError } from '../lib/errors.ts';
import type { LockHolder } from '../ports/named-locks.ts';
import type { WorkerDependencies } from './dependencies.ts';

export interface ShardStatus {
  readonly shard: number;
  readonly generation: number;
  readonly version: number;
  readonly watermark: StreamId;
  readonly state: 'ready' | 'frozen';
  readonly frozenReason: string | null;
  /** null: Redis does not answer. `fenced`: it sells nothing until it is recovered. */
  readonly gate: 'open' | 'fenced' | null;
  /** Entries not settled yet; null: Redis does not answer. */
  readonly lagEntries: number | null;
  /** Age of the oldest of them by the clock of Redis, in milliseconds; 0 when there is none. */
  readonly lagMs: number | null;
  /** The worker that reads this shard; null: none does. */
  readonly active: LockHolder | null;
  readonly parked: number;
}

/** @throws InvError STORE_UNAVAILABLE (MySQL) */
export function workerStatus(
  _dependencies: Pick<WorkerDependencies, 'books' | 'gate' | 'locks'>,
): Promise<readonly ShardStatus[]> {
  return Promise.reject(new InvError('UNEXPECTED', 'not built yet'));
}
