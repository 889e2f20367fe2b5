import { fingerprint } from '../domain/fingerprint.ts';
import type { Origin, PostingDraft } from '../domain/posting.ts';
import { assert } from '../lib/assert.ts';
import type { BenchRequest } from './contestant.ts';

/** A product of the bench, where its units lie. */
export interface BenchProduct {
  readonly productId: number;
  readonly sku: string;
  readonly locationId: number;
  readonly location: string;
}

export interface DraftParts {
  readonly products: readonly BenchProduct[];
  readonly origin: Origin;
}

/** The request as a strategy takes it: goods that leave. */
export function draftOf(request: BenchRequest, { products, origin }: DraftParts): PostingDraft {
  const product = products[request.product];
  assert(product !== undefined, 'a request is for one of the products');
  const line = { ...product, quantity: -request.quantity, unitCost: null };
  const content = {
    ...{ kind: 'out' as const, lines: [line] },
    ...{ reason: null, reference: null, occurredAt: null },
  };
  return {
    ...content,
    requestId: request.requestId,
    fingerprint: fingerprint({ ...content, supplier: null }),
    origin,
    supplierId: null,
    reversesId: null,
  };
}
