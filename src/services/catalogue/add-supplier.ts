import type { NewSupplier, Supplier } from '../../ports/supplier-store.ts';
import type { WriteContext } from '../../ports/write-context.ts';
import type { CatalogueDependencies } from './dependencies.ts';
import { replayedOrRefused } from './refusals.ts';
import { supplierDocument } from './supplier-document.ts';

/** @throws InvError ALREADY_EXISTS, REQUEST_CONFLICT */
export async function addSupplier(
  { suppliers }: Pick<CatalogueDependencies, 'suppliers'>,
  request: NewSupplier,
  write: WriteContext,
): Promise<{ readonly supplier: Supplier; readonly replayed: boolean }> {
  const { status, supplier } = await suppliers.add(request, write);
  if (status === 'added') return { supplier, replayed: false };
  const replayed = replayedOrRefused({
    kind: 'supplier',
    code: supplier.code,
    writtenBy: supplier.requestId,
    requestId: write.requestId,
    isSame: isSame(supplier, request),
    document: supplierDocument(supplier),
  });
  return { supplier, replayed };
}

function isSame(supplier: Supplier, request: NewSupplier): boolean {
  return (
    supplier.name === request.name &&
    supplier.contact === request.contact &&
    supplier.phone === request.phone &&
    supplier.email === request.email &&
    supplier.leadDays === request.leadDays
  );
}
