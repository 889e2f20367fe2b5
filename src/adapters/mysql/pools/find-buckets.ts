import type { PoolBucket } from '../../../domain/pool.ts';
import type { PoolBooks } from '../../../ports/pool-books.ts';
import type { Database } from '../database.ts';
import { askTogether, READS_IN_FLIGHT_MAX } from '../together.ts';
import { selectBuckets } from './bucket-rows.ts';

type Filter = Parameters<PoolBooks['buckets']>[0];

/** Those who ask for the same buckets at one time are given the same: in a rush it is one pool that all want. */
export function createFindBuckets(database: Database): PoolBooks['buckets'] {
  return askTogether<Filter, readonly PoolBucket[]>({
    label: database.label,
    unitsInFlightMax: READS_IN_FLIGHT_MAX,
    ask: (filters) =>
      database.read(async (session) => {
        const found = new Map<string, readonly PoolBucket[]>();
        for (const filter of filters) {
          const key = keyOf(filter);
          if (!found.has(key)) found.set(key, await selectBuckets(session, filter));
        }
        return filters.map((filter) => found.get(keyOf(filter)) ?? []);
      }),
  });
}

function keyOf({ productId, locationId, includeClosed }: Filter): string {
  return `${String(productId)} ${String(locationId)} ${String(includeClosed)}`;
}
