/** Longer input is cut in messages: a 10 kB paste must not fill the screen. */
const SHOWN_CHARACTERS_MAX = 40;

/** Control, format (bidi, zero width), surrogate, private and line-separator characters, which a reader cannot see. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** Input as a message quotes it: in quotes, cut to a readable length, invisible characters as U+XXXX. */
export function shown(text: string): string {
  const head = Array.from(text.slice(0, SHOWN_CHARACTERS_MAX * 2))
    .slice(0, SHOWN_CHARACTERS_MAX)
    .join('');
  const rest = head.length < text.length ? '…' : '';
  return `"${head.replace(INVISIBLE, (character) => `<${codePointName(character)}>`)}${rest}"`;
}

/** The Unicode name of one character: `U+0000`, `U+1F600`. */
export function codePointName(character: string): string {
  const codePoint = character.codePointAt(0) ?? 0;
  return `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
}
