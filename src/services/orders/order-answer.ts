import type { UndoneBy } from '../../ports/undone-by.ts';
import type { OrderState } from '../../domain/pool.ts';

/** What has become of an order, as every command about orders prints it. */
export interface OrderAnswer {
  readonly requestId: string;
  /** The request was answered before: nothing was sold, held or given back again. */
  readonly replayed: boolean;
  readonly state: OrderState;
  readonly sku: string;
  readonly location: string;
  readonly quantity: number;
  readonly buyer: string | null;
  readonly reference: string | null;
  /** null where MySQL sold it from outside of the pool. */
  readonly poolId: number | null;
  /** Units left to sell in the pool right after it; null when that was not told (replays, several buckets). */
  readonly remaining: number | null;
  /** Of a hold: ISO 8601 UTC, by the clock of Redis. */
  readonly deadline: string | null;
  /**
   * By what a sale in the books is undone (`inv stock undo`): it stays settled, as what was sold and who
   * bought it, and its units are back in stock, outside of the pool. null: it stands; undefined: not asked.
   */
  readonly undone?: UndoneBy | null;
}
