import type { PoolBucket, PoolState, PoolTerms } from '../../domain/pool.ts';

/** One bucket: what the books say, and beside it what Redis says. */
export interface ShownBucket {
  readonly bucketId: number;
  readonly bucket: number;
  readonly shard: number;
  readonly state: PoolState;
  readonly epoch: number;
  readonly delegated: number;
  readonly outstanding: number;
  readonly sold: number;
  readonly returned: number;
  readonly duplicates: number;
  readonly short: number;
  readonly quarantine: number;
  readonly floor: number;
  /** null where Redis cannot tell: unreachable, or it has not taken this epoch over yet. */
  readonly gate: ShownGate | null;
}

/** The counters of Redis for one bucket. */
export interface ShownGate {
  readonly avail: number;
  readonly held: number;
  /** Units sold or given back by Redis that the books do not have yet. */
  readonly unsettled: number;
  /** False: the counters contradict each other, so nothing is sold until they are repaired. */
  readonly isSound: boolean;
}

/** A pool as `inv pool open|show` prints it: sums over its buckets, and the buckets. */
export interface ShownPool {
  readonly poolId: number;
  readonly sku: string;
  readonly location: string;
  /** `open` while one bucket is, `closed` when all are. */
  readonly state: PoolState;
  /** Of bucket 0, as `shard`. */
  readonly epoch: number;
  readonly shard: number;
  readonly delegated: number;
  readonly outstanding: number;
  /** null: unknown (see `warnings`); also when only one of several buckets cannot tell. */
  readonly avail: number | null;
  readonly held: number | null;
  readonly unsettled: number | null;
  readonly sold: number;
  readonly returned: number;
  readonly duplicates: number;
  readonly short: number;
  readonly quarantine: number;
  readonly terms: PoolTerms;
  readonly buckets: readonly ShownBucket[];
  /** What a person should know: Redis unreachable, fenced, a shard frozen, counters damaged. */
  readonly warnings: readonly string[];
}

/** Buckets with the counters of Redis, keyed by the bucket's id. */
export interface GateView {
  readonly counters: ReadonlyMap<number, ShownGate>;
  readonly warnings: readonly string[];
}

/**
 * @param buckets those of one pool, at least one. A pool that is opened again with fewer buckets leaves
 *   closed ones behind: while it is open they are none of it.
 */
export function shownPool(
  buckets: readonly [PoolBucket, ...PoolBucket[]],
  gate: GateView,
): ShownPool {
  const isOpen = buckets.some(({ state }) => state === 'open');
  const ordered = buckets
    .filter(({ state }) => !isOpen || state === 'open')
    .toSorted((one, other) => one.bucket - other.bucket);
  const shown = ordered.map((bucket) => shownBucket(bucket, gate));
  const [first] = buckets;
  const head = ordered[0] ?? first;
  const sum = (of: (bucket: ShownBucket) => number): number =>
    shown.reduce((total, bucket) => total + of(bucket), 0);
  const sumOfGate = (of: (counters: ShownGate) => number): number | null =>
    shown.reduce<number | null>(
      (total, bucket) => (total === null || bucket.gate === null ? null : total + of(bucket.gate)),
      0,
    );
  return {
    poolId: head.poolId,
    sku: head.sku,
    location: head.location,
    state: stateOf(shown),
    epoch: head.epoch,
    shard: head.shard,
    delegated: sum((bucket) => bucket.delegated),
    outstanding: sum((bucket) => bucket.outstanding),
    avail: sumOfGate((counters) => counters.avail),
    held: sumOfGate((counters) => counters.held),
    unsettled: sumOfGate((counters) => counters.unsettled),
    sold: sum((bucket) => bucket.sold),
    returned: sum((bucket) => bucket.returned),
    duplicates: sum((bucket) => bucket.duplicates),
    short: sum((bucket) => bucket.short),
    quarantine: sum((bucket) => bucket.quarantine),
    terms: { ...head.terms, floor: sum((bucket) => bucket.floor) },
    buckets: shown,
    warnings: gate.warnings,
  };
}

function shownBucket(bucket: PoolBucket, { counters }: GateView): ShownBucket {
  return {
    bucketId: bucket.id,
    bucket: bucket.bucket,
    shard: bucket.shard,
    state: bucket.state,
    epoch: bucket.epoch,
    delegated: bucket.delegated,
    outstanding: bucket.delegated - bucket.settledCum,
    sold: bucket.sold,
    returned: bucket.returned,
    duplicates: bucket.duplicates,
    short: bucket.short,
    quarantine: bucket.quarantine,
    floor: bucket.terms.floor,
    gate: bucket.state === 'closed' ? NOTHING_LEFT : (counters.get(bucket.id) ?? null),
  };
}

/** Redis forgets a closed bucket; everything it had is in the books. */
const NOTHING_LEFT: ShownGate = { avail: 0, held: 0, unsettled: 0, isSound: true };

function stateOf(buckets: readonly ShownBucket[]): PoolState {
  const has = (state: PoolState): boolean => buckets.some((bucket) => bucket.state === state);
  return has('open') ? 'open' : has('closing') ? 'closing' : 'closed';
}
