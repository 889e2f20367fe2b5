import { bookCounted, draftOf } from './post-stock.ts';
import type { PostedStock, StockDependencies, StockRequest } from './post-stock.ts';

/**
 * Books a correction: so many more, so many fewer, or (with `countedLevel`) what was counted. A
 * counted level is compared with the balance that the change is made to, never with one read before.
 * @returns null when the books hold what was counted: nothing is booked
 * @throws InvError as `postStock`
 */
export async function adjustStock(
  { catalogue, strategy, origin }: StockDependencies,
  request: StockRequest,
  { dryRun }: { readonly dryRun: boolean },
): Promise<PostedStock | null> {
  const draft = await draftOf(catalogue, origin, request);
  return bookCounted(strategy, draft, { dryRun });
}
