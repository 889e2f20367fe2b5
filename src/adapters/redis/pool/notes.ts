import { assert } from '../../../lib/assert.ts';
import type { SaleNote } from '../../../domain/pool.ts';

/** The note as Redis carries it: an array, because its names would cost more than its values. */
export function noteText(note: SaleNote): string {
  const { kind, origin, buyer, reference, reason, occurredAt } = note;
  // The server would refuse half a character, and with it the call of everybody else.
  assert(buyer === null || !/\p{Surrogate}/u.test(buyer), 'the name of a buyer is well-formed');
  return JSON.stringify([
    kind,
    origin.actor,
    origin.host,
    origin.source,
    buyer,
    reference,
    reason,
    occurredAt,
  ]);
}

/** undefined for what is no note of ours. */
export function parseNote(text: string): SaleNote | undefined {
  const values = parseArray(text);
  if (values?.length !== 8) return undefined;
  const [kind, actor, host, source, ...rest] = values;
  if (kind !== 'sale' && kind !== 'out') return undefined;
  if (typeof actor !== 'string' || typeof host !== 'string' || typeof source !== 'string') {
    return undefined;
  }
  const [buyer = null, reference = null, reason = null, occurredAt = null] = rest;
  if (!isText(buyer) || !isText(reference) || !isText(reason) || !isText(occurredAt)) {
    return undefined;
  }
  return { kind, origin: { actor, host, source }, buyer, reference, reason, occurredAt };
}

function isText(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

function parseArray(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
