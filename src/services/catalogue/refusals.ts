import { InvError } from '../../lib/errors.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { CodeTaken, LivePool } from '../../ports/product-store.ts';

type Kind = 'product' | 'supplier' | 'location';

/**
 * What to say when a code is there already: nothing is wrong when the same request made it so, and
 * the same request with other content is a mistake of the caller.
 * @returns true for a replay
 * @throws InvError REQUEST_CONFLICT, ALREADY_EXISTS (with what exists)
 */
export function replayedOrRefused(existing: {
  readonly kind: Kind;
  readonly code: string;
  /** The request that wrote what exists. */
  readonly writtenBy: string;
  readonly requestId: string;
  readonly isSame: boolean;
  readonly document: JsonObject;
}): true {
  const { kind, code, writtenBy, requestId, isSame, document } = existing;
  if (writtenBy !== requestId) {
    throw new InvError('ALREADY_EXISTS', `the ${kind} ${code} exists: ${inWords(document)}`, {
      hint: `inv ${kind} edit ${code}`,
      facts: { request_id: requestId, existing: document },
    });
  }
  if (isSame) return true;
  throw new InvError(
    'REQUEST_CONFLICT',
    `request id ${requestId} was used before for ${kind} ${code}, with other content`,
    {
      hint: 'use another request id, or none',
      facts: { request_id: requestId, existing: document },
    },
  );
}

/** One code means one thing: a second meaning is refused, naming the first. */
export function codeTaken({ code, as, sku, unitsPerScan }: CodeTaken, wanted: string): InvError {
  const facts = { code, taken_by: sku, taken_as: as, units_per_scan: unitsPerScan };
  if (as === 'sku') {
    return new InvError('ALREADY_EXISTS', `the code ${code} is the SKU of ${sku} already`, {
      hint: `inv product show ${sku}`,
      facts: { ...facts, sku: wanted },
    });
  }
  const pack = unitsPerScan === 1 ? '' : ` (${String(unitsPerScan)} units)`;
  return new InvError('ALREADY_EXISTS', `the code ${code} is a barcode of ${sku} already${pack}`, {
    hint: `inv product barcode remove ${code}`,
    facts: { ...facts, sku: wanted },
  });
}

/** @throws nothing: somebody else changed it since the version that was named */
export function versionConflict(
  kind: Kind,
  code: string,
  { expected, actual }: { readonly expected: number | null; readonly actual: number },
): InvError {
  return new InvError(
    'VERSION_CONFLICT',
    `${kind} ${code} is at version ${String(actual)}, not ${String(expected)}: it was changed meanwhile`,
    {
      hint: `look at it again, then use --if-version ${String(actual)}`,
      facts: { code, expected_version: expected, version: actual },
    },
  );
}

/** What a pool still sells stays in use until the pool is closed. */
export function hasPool(what: string, { poolId, sku, location }: LivePool): InvError {
  return new InvError(
    'REFUSED',
    `${what} cannot be archived: pool ${String(poolId)} of ${sku} at ${location} is not closed`,
    {
      hint: `inv pool close ${sku} --location ${location}`,
      facts: { pool_id: poolId, sku, location },
    },
  );
}

/** `name Red mug, unit pcs, min level 20` */
function inWords(document: JsonObject): string {
  return SHOWN.flatMap((key) => {
    const value = document[key];
    const isText = typeof value === 'string' && value !== 'active';
    const isCount = typeof value === 'number' && value !== 0;
    return isText || isCount ? [`${key.replaceAll('_', ' ')} ${String(value)}`] : [];
  }).join(', ');
}

const SHOWN = ['name', 'unit', 'status', 'min_level', 'cost', 'contact'] as const;
