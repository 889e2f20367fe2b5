import type { BenchProduct } from '../../../bench/bench-draft.ts';
import type { Contestant } from '../../../bench/contestant.ts';
import type { Origin } from '../../../domain/posting.ts';
import { InvError } from '../../../lib/errors.ts';
import { closePool } from '../../../services/pools/close-pool.ts';
import type { PoolDependencies } from '../../../services/pools/dependencies.ts';
import { openPool } from '../../../services/pools/open-pool.ts';
import { workOnce } from '../../../worker/work-once.ts';

export interface PoolShopOptions {
  readonly run: string;
  readonly origin: Origin;
  readonly items: readonly BenchProduct[];
}

const CLOSE_WAIT_MS = 120_000;

/**
 * Hands all the stock to pools before a bout, and takes back what is left after it: then MySQL has
 * booked every sale.
 */
export function createPoolShop(
  pools: PoolDependencies,
  { run, origin, items }: PoolShopOptions,
): Required<Pick<Contestant, 'open' | 'settle'>> {
  const terms = { floor: 0, perBuyer: null, startsAtMs: null, endsAtMs: null };
  const signal = new AbortController().signal;
  let opened = 0;
  let open: readonly BenchProduct[] = [];
  const write = (what: string, item: BenchProduct) => ({
    requestId: `${run}-${what}-${String(opened)}-${item.sku}`,
    origin,
    dryRun: false,
  });
  return {
    open: async (units, products) => {
      opened += 1;
      // The shard of a new run sells nothing before it is adopted.
      if (opened === 1) await workOnce(pools, { report: () => undefined, signal });
      open = items.slice(0, products);
      for (const item of open) {
        await openPool(
          pools,
          { product: item.sku, location: item.location, quantity: units, buckets: 1, terms },
          write('open', item),
        );
      }
    },
    settle: async () => {
      for (const item of open) {
        const name = { product: item.sku, location: item.location };
        const { pool } = await closePool(pools, name, write('close', item), {
          waitMs: CLOSE_WAIT_MS,
        });
        if (pool.state === 'closed') continue;
        throw new InvError('BUSY', `the pool of ${item.sku} did not close in time`);
      }
    },
  };
}
