import { hash } from 'node:crypto';

export interface OrderContent {
  readonly sku: string;
  readonly location: string;
  readonly quantity: number;
  readonly buyer: string | null;
  /** Length of the hold that was asked for; null = a sale at once. */
  readonly holdMs: number | null;
  readonly reference: string | null;
}

/**
 * sha256 (64 hex digits) of what an order asks for: the same in Redis and in the ledger, so that the
 * same id with other content is known for what it is wherever it is met. Confirming changes nothing.
 */
export function orderFingerprint(content: OrderContent): string {
  const { sku, location, quantity, buyer, holdMs, reference } = content;
  return hash(
    'sha256',
    JSON.stringify(['sale', sku, location, quantity, buyer, holdMs, reference]),
    'hex',
  );
}
