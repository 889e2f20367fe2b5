import type { CatalogueDependencies } from './dependencies.ts';
import { findProduct } from './find.ts';
import type { ProductDetails } from './product-document.ts';

/** @throws InvError NOT_FOUND */
export async function showProduct(
  dependencies: CatalogueDependencies,
  text: string,
): Promise<ProductDetails> {
  const { products } = dependencies;
  const product = await findProduct(dependencies, text);
  return {
    product,
    suppliers: await products.suppliersOf(product.id),
    stock: await products.stockOf(product.id),
  };
}
