import type { PoolBucket } from '../../../domain/pool.ts';
import { productCount } from '../../../loadtest/workload/settings.ts';
import type { LoadSettings } from '../../../loadtest/workload/settings.ts';
import { productOfSku, skuOfProduct } from '../../../loadtest/workload/skus.ts';
import type { LedgerReader } from '../../../ports/ledger-reader.ts';
import type { LoadFacts, ProductFacts, SettledRow } from '../../../ports/load-books.ts';
import type { LoadGauge } from '../../../ports/load-target.ts';
import type { GateBucket } from '../../../ports/pool-gate.ts';
import type { StockReader } from '../../../ports/stock-reader.ts';
import type { PoolDependencies } from '../../../services/pools/dependencies.ts';

export interface BooksDependencies {
  readonly stock: StockReader;
  readonly ledger: LedgerReader;
  /** null: sold without pools. */
  readonly pools: Pick<PoolDependencies, 'books' | 'gate'> | null;
}

const EVERYTHING = {
  ...{ productId: null, locationId: null, supplierId: null, kind: null, actor: null },
  ...{ reference: null, requestId: null, occurredFrom: null, occurredTo: null },
} as const;
const ALL = { after: null, limit: null } as const;
const PARKED_MAX = 1_000;

/** Every line of the ledger but the goods received at the start. */
export async function* settledRows(
  open: () => Promise<BooksDependencies>,
): AsyncGenerator<SettledRow> {
  const { ledger } = await open();
  for await (const entry of ledger.entries(EVERYTHING, { beforeId: null, limit: null })) {
    const { requestId, sku, quantity, onHandAfter, kind } = entry;
    if (kind === 'in') continue;
    yield { requestId, product: productOfSku(sku) ?? -1, quantity: -quantity, onHandAfter };
  }
}

/** Both stores as they are now. */
export async function loadFacts(
  dependencies: BooksDependencies,
  settings: LoadSettings,
): Promise<LoadFacts> {
  const levels = await levelsBySku(dependencies);
  const pools = await poolFacts(dependencies);
  const products = Array.from({ length: productCount(settings) }, (_, product) => {
    const sku = skuOfProduct(product);
    const level = levels.get(sku) ?? { onHand: 0, reserved: 0 };
    const own = pools.buckets.filter((bucket) => bucket.sku === sku);
    return {
      product,
      sku,
      forSale: settings.stock,
      buckets: Math.max(1, own.length),
      stock: {
        onHandBefore: settings.stock,
        onHandAfter: level.onHand,
        reservedAfter: level.reserved,
      },
      pool: dependencies.pools === null ? null : inBooks(own),
      gate: dependencies.pools === null ? null : inRedis(own, pools.counters),
    } satisfies ProductFacts;
  });
  return { products, unsettled: pools.unsettled, parked: pools.parked };
}

/** What is left of the products for sale, and what is sold and not settled. */
export function createGauge(
  open: () => Promise<BooksDependencies>,
  settings: LoadSettings,
): LoadGauge {
  const isForSale = (sku: string): boolean => (productOfSku(sku) ?? Infinity) < settings.products;
  return {
    read: async () => {
      const dependencies = await open();
      if (dependencies.pools === null) {
        const levels = await levelsBySku(dependencies);
        const left = [...levels].filter(([sku]) => isForSale(sku));
        const unitsLeft = left.reduce((sum, [, level]) => sum + level.onHand - level.reserved, 0);
        return { unitsLeft, backlog: 0 };
      }
      // The books first: what Redis sells meanwhile can only add to what is unsettled.
      const { buckets, counters } = await poolCounters(dependencies.pools);
      let [unitsLeft, backlog] = [0, 0];
      for (const bucket of buckets) {
        const found = counters.get(bucket.id);
        if (found?.epoch !== bucket.epoch) return { unitsLeft: null, backlog: null };
        backlog += Math.max(0, found.cum - bucket.settledCum);
        if (isForSale(bucket.sku)) unitsLeft += Math.max(0, found.avail - found.floor);
      }
      return { unitsLeft, backlog };
    },
  };
}

interface PoolCounters {
  readonly buckets: readonly PoolBucket[];
  readonly counters: ReadonlyMap<number, GateBucket>;
}

async function poolCounters({
  books,
  gate,
}: NonNullable<BooksDependencies['pools']>): Promise<PoolCounters> {
  const buckets = await books.buckets({ includeClosed: false });
  const counters = new Map<number, GateBucket>();
  for (const shard of new Set(buckets.map((bucket) => bucket.shard))) {
    const snapshot = await gate.snapshot(shard);
    for (const bucket of snapshot.buckets) counters.set(bucket.bucketId, bucket);
  }
  return { buckets, counters };
}

/**
 * The counters first: with nothing held and nothing sent, no event comes after them, so none of the
 * stream is missed. The other way round, a hold that ends between the two reads is in neither.
 */
async function poolFacts({
  pools,
}: BooksDependencies): Promise<PoolCounters & Pick<LoadFacts, 'unsettled' | 'parked'>> {
  if (pools === null) return { buckets: [], counters: new Map(), unsettled: 0, parked: 0 };
  const { books, gate } = pools;
  const found = await poolCounters(pools);
  const parked = await books.parked({ includeResolved: false, limit: PARKED_MAX });
  let unsettled = 0;
  for (let shard = 0; shard < gate.shards; shard += 1) {
    const { progress } = await books.shard(shard, { includeClosed: false });
    const { entries, backlog } = await gate.readEvents(shard, progress.watermark, 1);
    unsettled += entries.length + backlog;
  }
  return { ...found, unsettled, parked: parked.length };
}

async function levelsBySku({
  stock,
}: BooksDependencies): Promise<ReadonlyMap<string, { onHand: number; reserved: number }>> {
  const filter = { locationId: null, search: null, availableBelow: null, includesZero: true };
  const levels = new Map<string, { onHand: number; reserved: number }>();
  for await (const { sku, onHand, reserved } of stock.list(filter, ALL)) {
    levels.set(sku, { onHand, reserved });
  }
  return levels;
}

function inBooks(buckets: readonly PoolBucket[]): ProductFacts['pool'] {
  const sum = (of: (bucket: PoolBucket) => number): number =>
    buckets.reduce((total, bucket) => total + of(bucket), 0);
  if (buckets.length === 0) return null;
  return {
    delegated: sum(({ delegated }) => delegated),
    settledCum: sum(({ settledCum }) => settledCum),
    sold: sum(({ sold }) => sold),
    returned: sum(({ returned }) => returned),
    duplicates: sum(({ duplicates }) => duplicates),
    short: sum(({ short }) => short),
    quarantine: sum(({ quarantine }) => quarantine),
  };
}

function inRedis(
  buckets: readonly PoolBucket[],
  counters: ReadonlyMap<number, GateBucket>,
): ProductFacts['gate'] {
  const own = buckets.flatMap((bucket) => {
    const found = counters.get(bucket.id);
    return found?.epoch === bucket.epoch ? [found] : [];
  });
  if (own.length === 0) return null;
  const sum = (of: (bucket: GateBucket) => number): number =>
    own.reduce((total, bucket) => total + of(bucket), 0);
  return {
    delegated: sum(({ delegated }) => delegated),
    avail: sum(({ avail }) => avail),
    held: sum(({ held }) => held),
    cum: sum(({ cum }) => cum),
    isSound: own.length === buckets.length && own.every(({ isSound }) => isSound),
  };
}
