import type { Offer } from '../domain/order-proposal.ts';

/** What the books say of a product at one location. Base units. */
export interface StockLevel {
  readonly location: string;
  readonly onHand: number;
  readonly reserved: number;
}

/** A product with everything that people ask of it. */
export interface ProductCard {
  readonly id: number;
  readonly sku: string;
  readonly name: string;
  readonly unit: string;
  readonly status: string;
  readonly minLevel: number;
  readonly safetyStock: number;
  /** Decimal string, cost of one base unit. */
  readonly cost: string | null;
}

/** One line of `stock list`. */
export interface ListedStock extends StockLevel {
  readonly sku: string;
  readonly name: string;
  readonly minLevel: number;
}

export interface StockListFilter {
  readonly locationId: number | null;
  /** Part of the SKU or of the name. */
  readonly search: string | null;
  /** Only where fewer than so many units are available. */
  readonly availableBelow: number | null;
  /** Also where nothing is on hand. */
  readonly includesZero: boolean;
}

/** Where a list goes on. Without a location: after every line of the SKU. */
export interface StockListPlace {
  readonly sku: string;
  readonly location: string | null;
}

/** A product that has fallen below its minimum, and whom it can be bought from. */
export interface LowStock {
  readonly sku: string;
  readonly name: string;
  readonly available: number;
  readonly minLevel: number;
  readonly cost: string | null;
  /** Of active suppliers, in the order of their codes. */
  readonly offers: readonly Offer[];
}

/** The books and the ledger of a product at a location, read at one moment. */
export interface LevelProof extends StockLevel {
  /** Sum of all movements: what on hand must be. */
  readonly ledgerSum: number;
  readonly movements: number;
  /** Id of the first movement there; null = none. */
  readonly firstMovementId: number | null;
}

/** Reads levels of stock. Lists come in the order of SKU and location, in bounded memory. */
export interface StockReader {
  /** @throws when there is no such product: its id comes from the catalogue */
  product(productId: number): Promise<ProductCard>;
  levels(productId: number): Promise<readonly StockLevel[]>;
  /** On hand by location, as the movements that had occurred by the moment (ISO 8601 UTC) add up. */
  onHandAsOf(
    productId: number,
    moment: string,
  ): Promise<readonly { readonly location: string; readonly onHand: number }[]>;
  proof(productId: number): Promise<readonly LevelProof[]>;
  list(
    filter: StockListFilter,
    range: { readonly after: StockListPlace | null; readonly limit: number | null },
  ): AsyncIterable<ListedStock>;
  /** Active products whose available units are fewer than their minimum. */
  low(filter: { readonly locationId: number | null }): AsyncIterable<LowStock>;
}
