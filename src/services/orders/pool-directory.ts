import type { Clock } from '../../ports/clock.ts';
import type { LocatedBucket, PoolGate } from '../../ports/pool-gate.ts';
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

/** Asks Redis where a pool is, once for all who ask within a moment. */
export function createPoolDirectory({
  gate,
  clock,
}: {
  readonly gate: () => Promise<PoolGate>;
  readonly clock: Clock;
}): PoolDirectory {
  const asked = new Map<string, { readonly located: Promise<Located>; readonly atMs: number }>();

  const ask = async (key: string, sku: string, location: string): Promise<Located> => {
    try {
      const { serverTimeMs, buckets } = await (await gate()).locate(sku, location);
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
