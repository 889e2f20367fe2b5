import { proposeOrder } from '../../domain/order-proposal.ts';
import type { OrderProposal } from '../../domain/order-proposal.ts';
import type { Catalogue } from '../../ports/catalogue.ts';
import type {
  ListedStock,
  LowStock,
  StockListFilter,
  StockListPlace,
  StockReader,
} from '../../ports/stock-reader.ts';
import { requireLocation } from './require.ts';

interface ListDependencies {
  readonly catalogue: Catalogue;
  readonly stock: StockReader;
}

export interface StockListQuestion extends Omit<StockListFilter, 'locationId'> {
  readonly location: string | null;
  readonly after: StockListPlace | null;
  /** null = all of it. */
  readonly limit: number | null;
}

/** Levels of stock in the order of SKU and location. @throws InvError NOT_FOUND for the location */
export async function listStock(
  { catalogue, stock }: ListDependencies,
  { location, after, limit, ...filter }: StockListQuestion,
): Promise<AsyncIterable<ListedStock>> {
  const locationId = location === null ? null : (await requireLocation(catalogue, location)).id;
  return stock.list({ ...filter, locationId }, { after, limit });
}

export interface LowProduct {
  readonly product: LowStock;
  readonly order: OrderProposal;
}

/** Products below their minimum, with what to order. @throws InvError NOT_FOUND for the location */
export async function listLowStock(
  { catalogue, stock }: ListDependencies,
  { location }: { readonly location: string | null },
): Promise<AsyncIterable<LowProduct>> {
  const locationId = location === null ? null : (await requireLocation(catalogue, location)).id;
  return withOrders(stock.low({ locationId }));
}

async function* withOrders(products: AsyncIterable<LowStock>): AsyncGenerator<LowProduct> {
  for await (const product of products) yield { product, order: proposeOrder(product) };
}
