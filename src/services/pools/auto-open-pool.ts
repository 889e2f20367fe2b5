import { InvError } from '../../lib/errors.ts';
import type { Origin } from '../../domain/posting.ts';
import type { StockReader } from '../../ports/stock-reader.ts';
import type { PoolDependencies } from './dependencies.ts';
import type { PoolPlace } from './find-pool.ts';
import { openPool } from './open-pool.ts';

export interface AutoOpenDependencies extends PoolDependencies {
  readonly stock: StockReader;
  readonly origin: Origin;
  /** `pools.auto_open_units`. */
  readonly unitsMax: number;
}

const NO_TERMS = { floor: 0, perBuyer: null, startsAtMs: null, endsAtMs: null };

/**
 * Opens a pool with what is available, up to a number of units, for a product that is sold without
 * one. Another process may do so at the same time: then its pool it is.
 * @returns false where nothing is available, or the product does not move any more
 */
export async function autoOpenPool(
  dependencies: AutoOpenDependencies,
  { productId, sku, location }: PoolPlace,
): Promise<boolean> {
  const { stock, unitsMax, origin, newId } = dependencies;
  const levels = await stock.levels(productId);
  const level = levels.find((candidate) => candidate.location === location);
  const available = level === undefined ? 0 : level.onHand - level.reserved;
  const quantity = Math.min(unitsMax, available);
  if (quantity <= 0) return false;
  try {
    await openPool(
      dependencies,
      { product: sku, location, quantity, buckets: 1, terms: NO_TERMS },
      { requestId: newId(), origin, dryRun: false },
    );
    return true;
  } catch (error) {
    const code = error instanceof InvError ? error.code : undefined;
    if (code === 'ALREADY_EXISTS') return true;
    if (code === 'ARCHIVED' || code === 'INSUFFICIENT_STOCK') return false;
    throw error;
  }
}
