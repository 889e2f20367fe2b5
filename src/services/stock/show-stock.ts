import type { Catalogue } from '../../ports/catalogue.ts';
import type { ProductCard, StockReader } from '../../ports/stock-reader.ts';
import { requireProduct } from './require.ts';

export interface ShownLevel {
  readonly location: string;
  readonly onHand: number;
  /** null in the past: what was reserved then is not recorded. */
  readonly reserved: number | null;
}

export interface ShownStock {
  readonly product: ProductCard;
  readonly onHand: number;
  readonly reserved: number | null;
  readonly levels: readonly ShownLevel[];
}

export interface StockQuestion {
  /** A SKU or a barcode. */
  readonly product: string;
  /** ISO 8601 UTC; null = now. */
  readonly asOf: string | null;
}

/** What the books say of one product, now or as of a moment. @throws InvError NOT_FOUND */
export async function showStock(
  { catalogue, stock }: { readonly catalogue: Catalogue; readonly stock: StockReader },
  { product, asOf }: StockQuestion,
): Promise<ShownStock> {
  const { id } = await requireProduct(catalogue, product);
  const card = await stock.product(id);
  const levels: readonly ShownLevel[] =
    asOf === null
      ? await stock.levels(id)
      : (await stock.onHandAsOf(id, asOf)).map((level) => ({ ...level, reserved: null }));
  const total = (units: readonly number[]): number => units.reduce((sum, one) => sum + one, 0);
  return {
    product: card,
    levels,
    onHand: total(levels.map((level) => level.onHand)),
    reserved: asOf === null ? total(levels.map((level) => level.reserved ?? 0)) : null,
  };
}
