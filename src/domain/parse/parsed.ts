import { InvError } from '../../lib/errors.ts';

/** What a parser returns: the value, or why the text is none. The message starts with the text it is about. */
export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

export function parsed<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

export function refused(message: string): { readonly ok: false; readonly message: string } {
  return { ok: false, message };
}

/**
 * The value of a parse that the user must get right, named after the argument or flag it came from.
 * @throws InvError INVALID_INPUT `field: message`.
 */
export function must<T>(result: Parsed<T>, field: string): T {
  if (result.ok) return result.value;
  throw new InvError('INVALID_INPUT', `${field}: ${result.message}`, { facts: { field } });
}
