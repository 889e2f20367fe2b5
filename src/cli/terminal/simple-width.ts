/**
 * The width in terminal columns of text whose code points each are one character of known width:
 * Latin, Greek, Cyrillic, our rules and marks, Chinese, Japanese, Korean. Undefined for anything
 * else. It is the width that string-width gives, which a test compares over every code point;
 * string-width itself, with the Unicode tables it sets up, would cost a short list most of its time.
 */
export function simpleWidth(text: string): number | undefined {
  if (!SIMPLE.test(text)) return undefined;
  return text.length + (text.match(WIDE)?.length ?? 0);
}

const NARROW_RANGES =
  '\\u0020-\\u007E\\u00A1-\\u00AC\\u00AE-\\u02FF\\u0391-\\u03A1\\u03A3-\\u03FF\\u0400-\\u0482' +
  '\\u048A-\\u052F\\u2010-\\u2027\\u2030-\\u205E\\u20A0-\\u20BF\\u2190-\\u2193\\u2400-\\u2421' +
  '\\u2500-\\u259F\\u2713\\u2717';
const WIDE_RANGES =
  '\\u3001-\\u3029\\u3041-\\u3096\\u309B-\\u30FF\\u3400-\\u4DBF\\u4E00-\\u9FFF\\uAC00-\\uD7A3' +
  '\\uFF01-\\uFF60';

const SIMPLE = new RegExp(`^[${NARROW_RANGES}${WIDE_RANGES}]*$`);
const WIDE = new RegExp(`[${WIDE_RANGES}]`, 'g');
