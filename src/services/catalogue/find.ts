import type { Location } from '../../ports/location-store.ts';
import type { Product } from '../../ports/product-store.ts';
import type { Supplier } from '../../ports/supplier-store.ts';
import { requireLocation, requireProduct, requireSupplier } from '../stock/require.ts';
import type { CatalogueDependencies } from './dependencies.ts';

/** By SKU or barcode. @throws InvError NOT_FOUND, with what looks like the word */
export async function findProduct(
  { catalogue, products }: CatalogueDependencies,
  text: string,
): Promise<Product> {
  const { sku } = await requireProduct(catalogue, text);
  return (await products.find(sku)) ?? vanished(sku);
}

/** @throws InvError NOT_FOUND, with what looks like the code */
export async function findSupplier(
  { catalogue, suppliers }: CatalogueDependencies,
  code: string,
): Promise<Supplier> {
  await requireSupplier(catalogue, code);
  return (await suppliers.find(code)) ?? vanished(code);
}

/** @throws InvError NOT_FOUND, with what looks like the code */
export async function findLocation(
  { catalogue, locations }: CatalogueDependencies,
  code: string,
): Promise<Location> {
  await requireLocation(catalogue, code);
  return (await locations.find(code)) ?? vanished(code);
}

function vanished(code: string): never {
  throw new Error(`invariant broken: ${code} is archived, never deleted`);
}
