import { createHash } from 'node:crypto';

export interface FingerprintedLine {
  readonly sku: string;
  readonly location: string;
  readonly quantity: number;
  readonly unitCost: string | null;
}

export interface FingerprintedContent {
  readonly kind: string;
  readonly lines: readonly FingerprintedLine[];
  readonly reason: string | null;
  readonly reference: string | null;
  readonly supplier: string | null;
  readonly occurredAt: string | null;
}

/**
 * sha256 (64 hex digits) of what a request asks for: the same id with the same fingerprint is a
 * replay, with another one a conflict. Who asks, from where and by which strategy does not count.
 */
export function fingerprint(content: FingerprintedContent): string {
  const canonical = [
    content.kind,
    content.lines.map(({ sku, location, quantity, unitCost }) => [
      sku,
      location,
      quantity,
      unitCost,
    ]),
    content.reason,
    content.reference,
    content.supplier,
    content.occurredAt,
  ];
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex');
}
