import type { Product, ProductFields } from '../../ports/product-store.ts';
import type { WriteContext } from '../../ports/write-context.ts';
import type { CatalogueDependencies } from './dependencies.ts';
import { findProduct } from './find.ts';
import { versionConflict } from './refusals.ts';

export interface Edited<T> {
  readonly before: T;
  readonly after: T;
  readonly changed: boolean;
  /** The same request has made this change before. */
  readonly replayed: boolean;
}

/**
 * Changes what is given and nothing else.
 * @param options.ifVersion only when the product is at this version; null = whatever it is at
 * @throws InvError NOT_FOUND, VERSION_CONFLICT
 */
export async function editProduct(
  dependencies: CatalogueDependencies,
  text: string,
  options: {
    readonly changes: Partial<ProductFields>;
    readonly ifVersion: number | null;
    readonly write: WriteContext;
  },
): Promise<Edited<Product>> {
  const { changes, ifVersion, write } = options;
  const { id, sku } = await findProduct(dependencies, text);
  const outcome = await dependencies.products.edit(id, changes, { ifVersion, write });
  if (outcome.status === 'version_conflict') {
    const { version } = outcome.product;
    throw versionConflict('product', sku, { expected: ifVersion, actual: version });
  }
  return editedOf(outcome, write);
}

/** What the stores' outcomes of an edit have in common. */
export function editedOf<T extends { readonly requestId: string }>(
  outcome: { readonly status: 'edited' | 'unchanged'; readonly before: T; readonly after: T },
  write: WriteContext,
): Edited<T> {
  const { status, before, after } = outcome;
  const changed = status === 'edited';
  return { before, after, changed, replayed: !changed && before.requestId === write.requestId };
}
