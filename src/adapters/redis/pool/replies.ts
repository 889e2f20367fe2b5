import { assert } from '../../../lib/assert.ts';

/** A reply that must be a list of texts; whole numbers count as texts. */
export function textsOf(reply: unknown): readonly string[] {
  assert(Array.isArray(reply), 'a function of the pool library replies with a list');
  return reply.map(textOf);
}

export function textOf(reply: unknown): string {
  if (typeof reply === 'number') return String(reply);
  assert(typeof reply === 'string', 'a function of the pool library replies with a text');
  return reply;
}

export function listOf(reply: unknown): readonly unknown[] {
  assert(Array.isArray(reply), 'a function of the pool library replies with a list');
  return reply;
}

/** One of the codes that the header of the function lists. */
export function codeOf<const Code extends string>(reply: unknown, codes: readonly Code[]): Code {
  const code = codes.find((known) => known === reply);
  assert(code !== undefined, 'a function of the pool library replies with a code of its header');
  return code;
}

export function numberOrNull(text: string | undefined): number | null {
  return text === undefined || text === '' || text === '-' ? null : Number(text);
}

/** Decimal digits, as every function expects its numbers. */
export function digits(value: number): string {
  assert(Number.isSafeInteger(value) && value >= 0, 'numbers for Redis are whole and not negative');
  return String(value);
}

export function digitsOrEmpty(value: number | null): string {
  return value === null ? '' : digits(value);
}
