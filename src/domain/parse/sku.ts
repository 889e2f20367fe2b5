import { CANONICAL_CODE, parseCanonicalCode } from './canonical-code.ts';
import type { Parsed } from './parsed.ts';

/** A canonical SKU: `[A-Z0-9][A-Z0-9._:/-]{0,63}`, the one spelling of a product in every store. */
export type Sku = string & { readonly kind: 'sku' };

/** Trims, NFKC-normalises and upper-cases: `85123a` and `85123A` are one product. Idempotent. */
export function parseSku(text: string): Parsed<Sku> {
  return parseCanonicalCode(text, { noun: 'SKU', isCanonical: isSku });
}

function isSku(text: string): text is Sku {
  return CANONICAL_CODE.test(text);
}
