import { parseCanonicalCode } from './canonical-code.ts';
import type { Parsed } from './parsed.ts';

/** A canonical supplier or location code, by the same rules as a SKU. */
export type Code = string & { readonly kind: 'code' };

export function parseCode(text: string): Parsed<Code> {
  return parseCanonicalCode<Code>(text, 'code');
}
