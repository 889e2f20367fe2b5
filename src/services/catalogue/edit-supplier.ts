import type { CatalogueStatus } from '../../ports/product-store.ts';
import type { Supplier, SupplierFields } from '../../ports/supplier-store.ts';
import type { WriteContext } from '../../ports/write-context.ts';
import type { Archived } from './archive-product.ts';
import type { CatalogueDependencies } from './dependencies.ts';
import { editedOf } from './edit-product.ts';
import type { Edited } from './edit-product.ts';
import { findSupplier } from './find.ts';
import { versionConflict } from './refusals.ts';

/** @throws InvError NOT_FOUND, VERSION_CONFLICT */
export async function editSupplier(
  dependencies: CatalogueDependencies,
  code: string,
  options: {
    readonly changes: Partial<SupplierFields>;
    readonly ifVersion: number | null;
    readonly write: WriteContext;
  },
): Promise<Edited<Supplier>> {
  const { changes, ifVersion, write } = options;
  const { id } = await findSupplier(dependencies, code);
  const outcome = await dependencies.suppliers.edit(id, changes, { ifVersion, write });
  if (outcome.status === 'version_conflict') {
    const { version } = outcome.supplier;
    throw versionConflict('supplier', code, { expected: ifVersion, actual: version });
  }
  return editedOf(outcome, write);
}

/** Nothing new is bought at an archived supplier; what was bought there stays. @throws InvError NOT_FOUND */
export async function setSupplierStatus(
  dependencies: CatalogueDependencies,
  code: string,
  { status, write }: { readonly status: CatalogueStatus; readonly write: WriteContext },
): Promise<Archived<Supplier>> {
  const { id } = await findSupplier(dependencies, code);
  const { supplier, status: outcome } = await dependencies.suppliers.setStatus(id, status, write);
  return { item: supplier, changed: outcome === 'changed' };
}
