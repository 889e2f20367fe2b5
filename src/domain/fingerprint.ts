import { hash } from 'node:crypto';

export interface FingerprintedLine {
  readonly sku: string;
  readonly location: string;
  readonly quantity: number;
  readonly countedLevel?: number;
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
    content.lines.map(({ sku, location, quantity, countedLevel, unitCost }) => [
      sku,
      location,
      // What was asked for counts, not what followed from the balance of the moment.
      countedLevel === undefined ? quantity : `to ${countedLevel}`,
      unitCost,
    ]),
    content.reason,
    content.reference,
    content.supplier,
    content.occurredAt,
  ];
  return hash('sha256', JSON.stringify(canonical), 'hex');
}
