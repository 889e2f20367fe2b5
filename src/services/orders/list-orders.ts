import type { OrderFilter, OrderRow } from '../../ports/pool-books.ts';
import type { OrderDependencies } from './dependencies.ts';

/**
 * Orders in the books, the newest first. What Redis has sold and nobody has settled yet is not
 * among them; a hold whose deadline has passed is listed as expired.
 * @throws InvError STORE_UNAVAILABLE
 */
export async function listOrders(
  { books }: Pick<OrderDependencies, 'books'>,
  filter: OrderFilter,
): Promise<readonly OrderRow[]> {
  return (await books()).orders(filter);
}
