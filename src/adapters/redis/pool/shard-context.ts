import type { PoolCalls } from './calls.ts';
import type { ShardKeys } from './keys.ts';

/** Settings of the pools, as src/config/schema.ts explains them. */
export interface PoolGateSettings {
  readonly keyPrefix: string;
  readonly shards: number;
  readonly retentionMs: number;
  readonly backlogEntriesMax: number;
  readonly batchRequestsMax: number;
  readonly callsInFlightMax: number;
}

/** What every function of this folder works with. */
export interface ShardContext {
  readonly shard: number;
  readonly calls: PoolCalls;
  readonly keys: ShardKeys;
  readonly settings: PoolGateSettings;
}
