import type { Session } from './session.ts';

export interface CompletionCode {
  readonly value: string;
  readonly description: string;
}

const CODES_MAX = 100;

const STATEMENTS = {
  sku: `SELECT sku AS value, name AS description FROM products
        WHERE sku >= ? AND sku < ? AND status = 'active' ORDER BY sku LIMIT ${String(CODES_MAX)}`,
  location: `SELECT code AS value, name AS description FROM locations
             WHERE code >= ? AND code < ? AND status = 'active' ORDER BY code LIMIT ${String(CODES_MAX)}`,
  supplier: `SELECT code AS value, name AS description FROM suppliers
             WHERE code >= ? AND code < ? AND status = 'active' ORDER BY code LIMIT ${String(CODES_MAX)}`,
} as const;

/** Sorts behind every character that a code may have. */
const AFTER_ALL = '~';

/** The first codes, in their order, that begin with what was typed in either case. */
export function readCompletionCodes(
  session: Session,
  kind: keyof typeof STATEMENTS,
  typed: string,
): Promise<readonly CompletionCode[]> {
  const from = typed.toUpperCase();
  return session.rows<CompletionCode>(STATEMENTS[kind], [from, from + AFTER_ALL]);
}
