import { InvError } from '../../lib/errors.ts';
import type { CatalogueStatus, Product, StockAtLocation } from '../../ports/product-store.ts';
import type { WriteContext } from '../../ports/write-context.ts';
import type { CatalogueDependencies } from './dependencies.ts';
import { findProduct } from './find.ts';
import { hasPool } from './refusals.ts';

export interface Archived<T> {
  readonly item: T;
  readonly changed: boolean;
}

/**
 * Takes a product out of use, or back into it. It stays in the ledger for ever.
 * @throws InvError NOT_FOUND; REFUSED while any of it is on hand or reserved, or a pool is not closed
 */
export async function setProductStatus(
  dependencies: CatalogueDependencies,
  text: string,
  { status, write }: { readonly status: CatalogueStatus; readonly write: WriteContext },
): Promise<Archived<Product>> {
  const { id, sku } = await findProduct(dependencies, text);
  const outcome = await dependencies.products.setStatus(id, status, write);
  if (outcome.status === 'has_pool') throw hasPool(sku, outcome.pool);
  if (outcome.status === 'has_stock') throw hasStock(sku, outcome.stock);
  return { item: outcome.product, changed: outcome.status === 'changed' };
}

function hasStock(sku: string, stock: readonly StockAtLocation[]): InvError {
  const places = stock.map(
    ({ location, onHand, reserved }) =>
      `${String(onHand)} on hand and ${String(reserved)} reserved at ${location}`,
  );
  return new InvError('REFUSED', `${sku} cannot be archived: ${places.join(', ')}`, {
    hint: emptyingHint(sku, stock),
    facts: {
      sku,
      on_hand: stock.reduce((sum, row) => sum + row.onHand, 0),
      reserved: stock.reduce((sum, row) => sum + row.reserved, 0),
      locations: stock.map(({ location, onHand, reserved }) => ({
        location,
        on_hand: onHand,
        reserved,
      })),
    },
  });
}

const HINTED_PLACES_MAX = 5;

/** One command a place: without its name the default location would be meant. */
function emptyingHint(sku: string, stock: readonly StockAtLocation[]): string {
  const free = stock.filter(({ onHand, reserved }) => onHand > reserved);
  if (free.length === 0) return `inv stock show ${sku}`;
  return free
    .slice(0, HINTED_PLACES_MAX)
    .map(
      ({ location, onHand, reserved }) =>
        `inv stock out ${sku} ${String(onHand - reserved)} --location ${location}`,
    )
    .join('\n');
}
