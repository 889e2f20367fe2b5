import type { SaleNote } from '../../../domain/pool.ts';
import type { Origin } from '../../../domain/posting.ts';
import { assert } from '../../../lib/assert.ts';

/** Texts of origins: a process has few, and writes them again and again. */
const originTexts = new WeakMap<Origin, string>();

/** The note as Redis carries it: an array, because its names would cost more than its values. */
export function noteText({ kind, origin, buyer, reference, reason, occurredAt }: SaleNote): string {
  // The server would refuse half a character, and with it the call of everybody else.
  assert(buyer === null || !/\p{Surrogate}/u.test(buyer), 'the name of a buyer is well-formed');
  const rest = `${jsonText(reference)},${jsonText(reason)},${jsonText(occurredAt)}`;
  return `["${kind}",${originText(origin)},${jsonText(buyer)},${rest}]`;
}

function originText(origin: Origin): string {
  let text = originTexts.get(origin);
  if (text === undefined) {
    text = [origin.actor, origin.host, origin.source].map(jsonText).join(',');
    originTexts.set(origin, text);
  }
  return text;
}

function jsonText(text: string | null): string {
  return text === null ? 'null' : JSON.stringify(text);
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
