import { fingerprint } from '../../domain/fingerprint.ts';
import { isBooked } from '../../domain/posting.ts';
import type {
  Origin,
  Posting,
  PostingDraft,
  PostingKind,
  SettlingPosting,
} from '../../domain/posting.ts';
import { assert } from '../../lib/assert.ts';
import type { Catalogue } from '../../ports/catalogue.ts';
import type { PostingStrategy, PostOptions } from '../../ports/posting-strategy.ts';
import { refusalError } from './refusal.ts';
import { requireLocation, requireProduct, requireSupplier } from './require.ts';

export interface StockDependencies {
  readonly catalogue: Catalogue;
  readonly strategy: PostingStrategy;
  readonly origin: Origin;
}

export interface StockRequestLine {
  /** A SKU or a barcode. */
  readonly product: string;
  readonly location: string;
  /** Base units, signed: out is negative. 0 where `countedLevel` stands. */
  readonly quantity: number;
  /** Units that were counted: on hand becomes this, by whatever change that takes. */
  readonly countedLevel?: number;
  /** Decimal string, cost of one base unit. */
  readonly unitCost: string | null;
}

export interface StockRequest {
  readonly requestId: string;
  readonly kind: PostingKind;
  readonly lines: readonly StockRequestLine[];
  readonly reason: string | null;
  readonly reference: string | null;
  readonly supplier: string | null;
  /** ISO 8601 UTC; null = now, by the database's clock. */
  readonly occurredAt: string | null;
}

export interface PostedStock {
  /** Settling: sold by a pool, certain, and not in the ledger yet. */
  readonly posting: Posting | SettlingPosting;
  readonly replayed: boolean;
}

/**
 * Books one request: all of its lines or none.
 * @throws InvError NOT_FOUND, INSUFFICIENT_STOCK, ARCHIVED, REQUEST_CONFLICT (nothing was booked);
 *   STORE_UNAVAILABLE (nothing was executed); OUTCOME_UNKNOWN (ask again with the same request id)
 */
export async function postStock(
  { catalogue, strategy, origin }: StockDependencies,
  request: StockRequest,
  options: Omit<PostOptions, 'atomic'>,
): Promise<PostedStock> {
  const draft = await draftOf(catalogue, origin, request);
  return bookOne(strategy, draft, options);
}

/** Books one draft and turns a refusal into its error. */
export async function bookOne(
  strategy: PostingStrategy,
  draft: PostingDraft,
  options: Omit<PostOptions, 'atomic'>,
): Promise<PostedStock> {
  const [outcome] = await strategy.post([draft], { atomic: true, ...options });
  assert(
    outcome !== undefined && outcome.status !== 'withheld',
    'one draft has one outcome of its own',
  );
  if (isBooked(outcome)) {
    return { posting: outcome.posting, replayed: outcome.status === 'replayed' };
  }
  if (outcome.status === 'settling') return outcome;
  throw refusalError(outcome, draft.requestId);
}

/** Finds what the request names. @throws InvError NOT_FOUND */
async function draftOf(
  catalogue: Catalogue,
  origin: Origin,
  request: StockRequest,
): Promise<PostingDraft> {
  const products = await catalogue.findProducts(request.lines.map((line) => line.product));
  const locations = await catalogue.findLocations(request.lines.map((line) => line.location));
  const supplier =
    request.supplier === null ? null : await requireSupplier(catalogue, request.supplier);
  const lines = await Promise.all(
    request.lines.map(async (line) => {
      const product = products.get(line.product) ?? (await requireProduct(catalogue, line.product));
      const location =
        locations.get(line.location) ?? (await requireLocation(catalogue, line.location));
      return {
        productId: product.id,
        sku: product.sku,
        locationId: location.id,
        location: location.code,
        quantity: line.quantity,
        ...(line.countedLevel === undefined ? {} : { countedLevel: line.countedLevel }),
        unitCost: line.unitCost,
      };
    }),
  );
  const { requestId, kind, reason, reference, occurredAt } = request;
  return {
    requestId,
    fingerprint: fingerprint({ ...request, lines }),
    kind,
    origin,
    reason,
    reference,
    supplierId: supplier?.id ?? null,
    occurredAt,
    reversesId: null,
    lines,
  };
}
