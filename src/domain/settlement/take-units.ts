/** Counters of a bucket while bookings are applied to it. */
export interface BucketCounters {
  readonly id: number;
  readonly productId: number;
  readonly locationId: number;
  delegated: number;
  grantVersion: number;
  settledSeq: number;
  settledCum: number;
  settledRet: number;
  sold: number;
  returned: number;
  duplicates: number;
  short: number;
}

/** A stock row while bookings are applied to it. */
export interface StockCounters {
  onHand: number;
  reserved: number;
}

export interface Taken {
  /** Units that leave the stock. */
  readonly units: number;
  /** Units that were sold and are not there (OVERDRAW that nothing covers). */
  readonly uncovered: number;
  /** Units beyond what the bucket was handed. */
  readonly overdrawn: number;
}

/**
 * A sale: units that were handed to the bucket leave the stock. What Redis sold beyond them is covered
 * from free units as far as they go. reserved = Σ (delegated - settledCum) + quarantine holds throughout.
 */
export function takeSale(bucket: BucketCounters, stock: StockCounters, quantity: number): Taken {
  const overdrawn = settle(bucket, quantity);
  const covered = Math.min(overdrawn, Math.max(0, stock.onHand - stock.reserved));
  const uncovered = overdrawn - covered;
  const units = quantity - uncovered;
  stock.reserved += covered - units;
  stock.onHand -= units;
  bucket.sold += quantity;
  bucket.short += uncovered;
  return { units, uncovered, overdrawn };
}

/** Units that become free again: given back by Redis, or sold to a request that the books had served. */
export function freeUnits(
  bucket: BucketCounters,
  stock: StockCounters,
  { quantity, as }: { readonly quantity: number; readonly as: 'returned' | 'duplicates' },
): Taken {
  const overdrawn = settle(bucket, quantity);
  stock.reserved -= quantity - overdrawn;
  bucket[as] += quantity;
  if (as === 'returned') bucket.settledRet += quantity;
  return { units: 0, uncovered: 0, overdrawn };
}

/** @returns the units beyond what the bucket was handed; it counts as handed them now */
function settle(bucket: BucketCounters, quantity: number): number {
  const overdrawn = Math.max(0, bucket.settledCum + quantity - bucket.delegated);
  if (overdrawn > 0) {
    bucket.delegated += overdrawn;
    bucket.grantVersion += 1;
  }
  bucket.settledCum += quantity;
  return overdrawn;
}

/** Books that a booking would drive below nothing were changed by hand; nothing is booked on them. */
export function isBroken({ onHand, reserved }: StockCounters): boolean {
  return reserved < 0 || reserved > onHand;
}
