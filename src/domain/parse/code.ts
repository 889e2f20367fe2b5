import { CANONICAL_CODE, parseCanonicalCode } from './canonical-code.ts';
import type { Parsed } from './parsed.ts';

/** A canonical supplier or location code, by the same rules as a SKU. */
export type Code = string & { readonly kind: 'code' };

export function parseCode(text: string): Parsed<Code> {
  return parseCanonicalCode(text, { noun: 'code', isCanonical: isCode });
}

function isCode(text: string): text is Code {
  return CANONICAL_CODE.test(text);
}
