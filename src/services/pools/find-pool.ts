import { InvError } from '../../lib/errors.ts';
import type { Catalogue } from '../../ports/catalogue.ts';
import { requireLocation, requireProduct } from '../stock/require.ts';

/** What a command about one pool names. */
export interface PoolName {
  /** A SKU or a barcode. */
  readonly product: string;
  /** A code. */
  readonly location: string;
}

/** The same, found in the catalogue. */
export interface PoolPlace {
  readonly productId: number;
  readonly sku: string;
  readonly locationId: number;
  readonly location: string;
}

/** @throws InvError NOT_FOUND, with what looks like the word */
export async function findPlace(catalogue: Catalogue, name: PoolName): Promise<PoolPlace> {
  const product = await requireProduct(catalogue, name.product);
  const location = await requireLocation(catalogue, name.location);
  return {
    productId: product.id,
    sku: product.sku,
    locationId: location.id,
    location: location.code,
  };
}

/** `MUG-RED`, or `MUG-RED at SHOP` away from the default location. */
export function placeText({ sku, location }: Pick<PoolPlace, 'sku' | 'location'>): string {
  return location === 'MAIN' ? sku : `${sku} at ${location}`;
}

export function noPool(place: Pick<PoolPlace, 'sku' | 'location'>): InvError {
  const { sku, location } = place;
  const at = location === 'MAIN' ? '' : ` --location ${location}`;
  return new InvError('NOT_FOUND', `there is no pool of ${placeText(place)}`, {
    hint: `inv pool open ${sku} QUANTITY${at}`,
    facts: { sku, location },
  });
}
