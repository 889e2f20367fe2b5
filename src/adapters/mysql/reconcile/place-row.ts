import type { StockPlace } from '../../../domain/reconcile/finding.ts';
import { integer } from '../values.ts';

/** The columns that name a product at a location. */
export interface PlaceRow {
  readonly product_id: number;
  readonly sku: string;
  readonly location_id: number;
  readonly location: string;
}

export function placeFrom(row: PlaceRow): StockPlace {
  return {
    productId: integer(row.product_id),
    sku: row.sku,
    locationId: integer(row.location_id),
    location: row.location,
  };
}
