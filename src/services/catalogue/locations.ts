import { InvError } from '../../lib/errors.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Location } from '../../ports/location-store.ts';
import type { CatalogueStatus } from '../../ports/product-store.ts';
import type { WriteContext } from '../../ports/write-context.ts';
import type { Archived } from './archive-product.ts';
import type { CatalogueDependencies } from './dependencies.ts';
import { editedOf } from './edit-product.ts';
import type { Edited } from './edit-product.ts';
import { findLocation } from './find.ts';
import { hasPool, replayedOrRefused, versionConflict } from './refusals.ts';

/** The one that exists from the start, and that old scripts mean when they name none. */
const FIRST_LOCATION = 'MAIN';

export function locationDocument(location: Location): JsonObject {
  return {
    code: location.code,
    name: location.name,
    status: location.status,
    version: location.version,
    created_at: location.createdAt,
    updated_at: location.updatedAt,
  };
}

/** @throws InvError ALREADY_EXISTS, REQUEST_CONFLICT */
export async function addLocation(
  { locations }: CatalogueDependencies,
  request: { readonly code: string; readonly name: string },
  write: WriteContext,
): Promise<{ readonly location: Location; readonly replayed: boolean }> {
  const { status, location } = await locations.add(request, write);
  if (status === 'added') return { location, replayed: false };
  const replayed = replayedOrRefused({
    kind: 'location',
    code: location.code,
    writtenBy: location.requestId,
    requestId: write.requestId,
    isSame: location.name === request.name,
    document: locationDocument(location),
  });
  return { location, replayed };
}

/** @throws InvError NOT_FOUND, VERSION_CONFLICT */
export async function renameLocation(
  dependencies: CatalogueDependencies,
  code: string,
  options: {
    readonly name: string;
    readonly ifVersion: number | null;
    readonly write: WriteContext;
  },
): Promise<Edited<Location>> {
  const { name, ifVersion, write } = options;
  const { id } = await findLocation(dependencies, code);
  const outcome = await dependencies.locations.rename(id, name, { ifVersion, write });
  if (outcome.status === 'version_conflict') {
    const { version } = outcome.location;
    throw versionConflict('location', code, { expected: ifVersion, actual: version });
  }
  return editedOf(outcome, write);
}

/**
 * @param options.defaultLocation the one that commands mean when they name none: it stays in use
 * @throws InvError NOT_FOUND; REFUSED for MAIN, the default, and while anything lies there or is sold from a pool there
 */
export async function setLocationStatus(
  dependencies: CatalogueDependencies,
  code: string,
  options: {
    readonly status: CatalogueStatus;
    readonly defaultLocation: string;
    readonly write: WriteContext;
  },
): Promise<Archived<Location>> {
  const { status, defaultLocation, write } = options;
  const { id } = await findLocation(dependencies, code);
  if (status === 'archived' && (code === FIRST_LOCATION || code === defaultLocation)) {
    const isDefault = code === defaultLocation;
    const reason = isDefault ? 'the default (stock.location)' : 'the first one';
    throw new InvError('REFUSED', `location ${code} cannot be archived: it is ${reason}`, {
      hint: isDefault ? 'inv config show stock.location' : 'inv location list',
      facts: { location: code },
    });
  }
  const outcome = await dependencies.locations.setStatus(id, status, write);
  if (outcome.status === 'has_pool') throw hasPool(`location ${code}`, outcome.pool);
  if (outcome.status !== 'has_stock') {
    return { item: outcome.location, changed: outcome.status === 'changed' };
  }
  const { products, onHand, reserved } = outcome;
  throw new InvError(
    'REFUSED',
    `location ${code} cannot be archived: ${String(onHand)} units of ${String(products)} products lie there, ${String(reserved)} of them reserved`,
    {
      hint: `inv stock list --location ${code}`,
      facts: { location: code, products, on_hand: onHand, reserved },
    },
  );
}
