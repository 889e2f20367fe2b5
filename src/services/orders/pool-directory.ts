import type { Clock } from '../../ports/clock.ts';
import type { PoolBooks } from '../../ports/pool-books.ts';
import type { LocatedBucket, LocatedBuckets, PoolGate } from '../../ports/pool-gate.ts';
import type { ServerTime } from './series.ts';

export interface Located {
  readonly buckets: readonly LocatedBucket[];
  readonly time: ServerTime;
}

/** Where the pools are, as Redis said a moment ago. */
export interface PoolDirectory {
  /** @throws InvError STORE_UNAVAILABLE, OUTCOME_UNKNOWN (no answer) */
  find(sku: string, location: string): Promise<Located>;
  /** The next `find` asks Redis again: what it said was overtaken. */
  forget(sku: string, location: string): void;
}

/** Long enough that a rush asks once, short enough that a new pool is seen at once by people. */
const REMEMBERED_MS = 250;

/** A long-lived process forgets all of them now and then, whatever it was asked for. */
const REMEMBERED_POOLS_MAX = 10_000;

/**
 * Asks Redis where a pool is, once for all who ask within a moment. Where a part of Redis is away, the
 * books tell whether the pool has buckets there: a part of a pool must not pass for all of it.
 */
export function createPoolDirectory({
  gate,
  books,
  clock,
}: {
  readonly gate: () => Promise<PoolGate>;
  readonly books: () => Promise<Pick<PoolBooks, 'buckets'>>;
  readonly clock: Clock;
}): PoolDirectory {
  const asked = new Map<string, { readonly located: Promise<Located>; readonly atMs: number }>();

  const ask = async (key: string, sku: string, location: string): Promise<Located> => {
    try {
      const located = await (await gate()).locate(sku, location);
      if (located.silent.size > 0) await requireWhole(books, located);
      const { serverTimeMs, buckets } = located;
      // Nobody waits a moment for a pool that has just been opened.
      if (buckets.length === 0) asked.delete(key);
      return { buckets, time: { nowMs: serverTimeMs, readAtMs: clock.monotonic() } };
    } catch (error) {
      asked.delete(key);
      throw error;
    }
  };

  return {
    find: (sku, location) => {
      const key = `${location} ${sku}`;
      const atMs = clock.monotonic();
      const known = asked.get(key);
      if (known !== undefined && atMs - known.atMs < REMEMBERED_MS) return known.located;
      if (asked.size >= REMEMBERED_POOLS_MAX) asked.clear();
      const located = ask(key, sku, location);
      asked.set(key, { located, atMs });
      return located;
    },
    forget: (sku, location) => {
      asked.delete(`${location} ${sku}`);
    },
  };
}

/** @throws what a silent shard failed with, where the pool is in it or may be */
async function requireWhole(
  books: () => Promise<Pick<PoolBooks, 'buckets'>>,
  { buckets, silent }: LocatedBuckets,
): Promise<void> {
  const [known] = buckets;
  const [why] = silent.values();
  if (known === undefined) throw why;
  const { productId, locationId } = known;
  const live = await (await books()).buckets({ productId, locationId, includeClosed: false });
  if (live.some(({ shard }) => silent.has(shard))) throw why;
}
