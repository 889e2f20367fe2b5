import type { PoolBucket } from '../../../src/domain/pool.ts';
import { shownPool } from '../../../src/services/pools/shown-pool.ts';
import type { ShownPool } from '../../../src/services/pools/shown-pool.ts';

export const BUCKET: PoolBucket = {
  id: 7,
  poolId: 7,
  productId: 1,
  sku: 'MUG-RED',
  locationId: 1,
  location: 'MAIN',
  shard: 0,
  bucket: 0,
  epoch: 3,
  saleEpoch: 1,
  state: 'open',
  grantVersion: 2,
  delegated: 100,
  settledSeq: 30,
  settledCum: 40,
  settledRet: 0,
  sold: 39,
  returned: 0,
  duplicates: 1,
  short: 0,
  quarantine: 0,
  terms: { floor: 0, perBuyer: null, startsAtMs: null, endsAtMs: null },
};
export const COUNTERS = { avail: 52, held: 5, unsettled: 3, isSound: true };
export const POOL: ShownPool = shownPool([BUCKET], {
  counters: new Map([[7, COUNTERS]]),
  warnings: [],
});
