import { assert } from '../../../lib/assert.ts';
import type { PoolGate } from '../../../ports/pool-gate.ts';
import { RedisLinks } from '../cluster/links.ts';
import { closeBucket, convergeBucket, dropBucket, withdrawUnits } from './bucket-books.ts';
import { createPoolCalls } from './calls.ts';
import { locateBuckets, placeOf } from './directory.ts';
import { readGateProcess } from './gate-process.ts';
import { expireDueHolds, releaseHold, listOverdueHolds } from './holds.ts';
import { shardKeys } from './keys.ts';
import type { RedisLinkOptions } from './link.ts';
import { createShardOrders } from './orders.ts';
import type { ShardOrders } from './orders.ts';
import { adoptShard, beginRecovery, loadBucket, shutShard } from './recovery.ts';
import { createFindRecord, findEvents, findRequest } from './requests.ts';
import type { FindRecord } from './requests.ts';
import type { PoolGateSettings, ShardContext } from './shard-context.ts';
import { readDigests } from './digests.ts';
import { readSnapshot } from './snapshot.ts';
import { readState } from './state.ts';
import { createShardStream } from './stream.ts';
import type { ShardStream } from './stream.ts';

export interface PoolGateOptions extends RedisLinkOptions, PoolGateSettings {
  /** The folder that holds lua/. */
  readonly packageRoot: string;
}

/** A gate with its connections, which are made by the first calls. */
export interface OpenPoolGate extends PoolGate {
  /** Ends the connections; calls under way fail with an unknown outcome. */
  disconnect(): Promise<void>;
}

interface Shard extends ShardContext {
  readonly orders: ShardOrders;
  readonly stream: ShardStream;
  readonly findRecord: FindRecord;
}

/**
 * The pools in Redis: every function of lua/, over one connection, or one to each node of a cluster that
 * has shards. Opens nothing until it is asked.
 */
export function createPoolGate(options: PoolGateOptions): OpenPoolGate {
  const links = new RedisLinks(options);
  const calls = createPoolCalls(links, options.packageRoot);
  const shards = Array.from({ length: options.shards }, (_, shard): Shard => {
    const context = {
      shard,
      calls,
      keys: shardKeys(options.keyPrefix, shard),
      settings: options,
    };
    return {
      ...context,
      orders: createShardOrders(context),
      stream: createShardStream(context),
      findRecord: createFindRecord(context),
    };
  });
  return {
    shards: options.shards,
    ...ordersOf(shards),
    ...bucketsOf(shards),
    ...settlementOf(shards),
    process: (shard) => readGateProcess(links, shardAt(shards, shard).keys.meta),
    disconnect: () => links.close(),
  };
}

function shardAt(shards: readonly Shard[], shard: number): Shard {
  const found = shards[shard];
  assert(found !== undefined, 'a shard is one of pools.shards');
  return found;
}

function ordersOf(
  shards: readonly Shard[],
): Pick<
  PoolGate,
  | 'locate'
  | 'sell'
  | 'hold'
  | 'confirm'
  | 'release'
  | 'expireDue'
  | 'overdueHolds'
  | 'findRecord'
  | 'findRequest'
> {
  const at = (shard: number): Shard => shardAt(shards, shard);
  return {
    locate: (sku, location) => locateBuckets(shards, placeOf({ sku, location })),
    sell: (request) => at(request.shard).orders.sell(request),
    hold: (request) => at(request.shard).orders.hold(request),
    confirm: (request) => at(request.shard).orders.confirm(request),
    release: (request) => releaseHold(at(request.shard), request),
    expireDue: (shard, generation, limit) => expireDueHolds(at(shard), generation, limit),
    overdueHolds: (shard, lateMs, limit) => listOverdueHolds(at(shard), { lateMs, limit }),
    findRecord: async (shard, requestId) => (await at(shard).findRecord(requestId)).record,
    findRequest: (requestId) => findRequest(shards, requestId),
  };
}

function bucketsOf(
  shards: readonly Shard[],
): Pick<PoolGate, 'converge' | 'close' | 'withdraw' | 'drop'> {
  const at = (shard: number): Shard => shardAt(shards, shard);
  return {
    converge: (generation, bucket, lossLimit) =>
      convergeBucket(at(bucket.shard), generation, bucket, lossLimit),
    close: (generation, bucket) => closeBucket(at(bucket.shard), generation, bucket),
    withdraw: (request) => withdrawUnits(at(request.bucket.shard), request),
    drop: (generation, bucket) => dropBucket(at(bucket.shard), generation, bucket),
  };
}

function settlementOf(
  shards: readonly Shard[],
): Pick<
  PoolGate,
  | 'readEvents'
  | 'findEvents'
  | 'trim'
  | 'state'
  | 'digests'
  | 'snapshot'
  | 'begin'
  | 'load'
  | 'adopt'
  | 'shut'
> {
  const at = (shard: number): Shard => shardAt(shards, shard);
  return {
    readEvents: (shard, after, countMax) => at(shard).stream.read(after, countMax),
    findEvents: (range) => findEvents(at(range.shard), range),
    trim: (request) => at(request.shard).stream.trim(request),
    state: (shard) => readState(at(shard)),
    digests: (shard) => readDigests(at(shard)),
    snapshot: (shard, only) => readSnapshot(at(shard), only),
    begin: (shard, generation, token) => beginRecovery(at(shard), generation, token),
    load: (generation, token, bucket, extra) =>
      loadBucket(at(bucket.shard), { generation, token }, bucket, extra),
    adopt: (shard, generation, token) => adoptShard(at(shard), generation, token),
    shut: (shard, generation) => shutShard(at(shard), generation),
  };
}
