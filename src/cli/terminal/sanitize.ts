/**
 * Makes every character visible that could move the cursor, colour the screen, reorder the line,
 * forge a second line or hide inside a word: `␛` for ESC, `<U+202E>` for a bidirectional override.
 */
export function visible(text: string): string {
  return UNSAFE_TEST.test(text) ? text.replace(UNSAFE, reveal) : text;
}

/**
 * Escapes the same characters as `\uXXXX` in a JSON text. They can stand inside its strings only
 * (`JSON.stringify` escaped the rest), so the text still parses to the same value.
 */
export function escapeJsonText(json: string): string {
  return UNSAFE_IN_JSON_TEST.test(json) ? json.replace(UNSAFE_IN_JSON, escapeUnits) : json;
}

/**
 * C0 and C1 controls, DEL; soft hyphen, fillers and zero-width characters that make two names look
 * alike; bidirectional controls; line and paragraph separators; tags; noncharacters (which carry
 * our own styles); lone surrogates. The joiners U+200C and U+200D stay: scripts and emoji need them.
 */
const HIDDEN =
  '\\u007F-\\u009F\\u00AD\\u061C\\u115F\\u1160\\u180E\\u200B\\u200E\\u200F\\u2028-\\u202E' +
  '\\u2060-\\u206F\\u3164\\uFEFF\\uFFA0\\uFFF9-\\uFFFB\\uFDD0-\\uFDEF\\uFFFE\\uFFFF' +
  '\\u{E0000}-\\u{E007F}\\p{Cs}';

const UNSAFE = new RegExp(`[\\u0000-\\u001F${HIDDEN}]`, 'gu');
const UNSAFE_TEST = new RegExp(UNSAFE.source, 'u');
const UNSAFE_IN_JSON = new RegExp(`[${HIDDEN}]`, 'gu');
const UNSAFE_IN_JSON_TEST = new RegExp(UNSAFE_IN_JSON.source, 'u');

function reveal(character: string): string {
  const codePoint = character.codePointAt(0) ?? 0;
  if (codePoint < 0x20) return String.fromCodePoint(0x2400 + codePoint);
  if (codePoint === 0x7f) return '␡';
  return `<U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}>`;
}

function escapeUnits(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');
}
