import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeJsonText, visible } from '../../../src/cli/terminal/sanitize.ts';

describe('visible', () => {
  it.each([
    ['an escape sequence', '\u001B[31mred', '␛[31mred'],
    ['a terminal title', '\u001B]0;owned\u0007', '␛]0;owned␇'],
    ['a second line', 'a\r\nb\tc', 'a␍␊b␉c'],
    ['NUL and DEL', '\u0000\u007F', '␀␡'],
    ['an 8-bit control sequence', '\u009B2J', '<U+009B>2J'],
    ['a right-to-left override', 'abc\u202Egnp.exe', 'abc<U+202E>gnp.exe'],
    ['an isolate', '\u2066x\u2069', '<U+2066>x<U+2069>'],
    ['an Arabic letter mark', '\u061C', '<U+061C>'],
    ['a zero-width space', 'MUG\u200B-RED', 'MUG<U+200B>-RED'],
    ['a byte order mark', '\uFEFFsku', '<U+FEFF>sku'],
    ['a line separator', 'a\u2028b\u2029', 'a<U+2028>b<U+2029>'],
    ['a lone surrogate', 'a\uD800b', 'a<U+D800>b'],
    ['a tag character', 'a\u{E0041}', 'a<U+E0041>'],
    ['a noncharacter that could pass for a style', '\uFDD2x\uFDD1', '<U+FDD2>x<U+FDD1>'],
  ])('shows %s', (_name, text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it.each(['', 'plain', '红色马克杯', 'café', 'नमस्ते', '👩‍👩‍👧', '100 % = ½'])(
    'leaves %j alone',
    (text) => {
      expect(visible(text)).toBe(text);
    },
  );

  it('never lets a control, bidirectional or line-breaking character through', () => {
    fc.assert(
      fc.property(fc.string({ unit: HOSTILE }), (text) => {
        expect(visible(text)).not.toMatch(FORBIDDEN);
      }),
    );
  });

  it('shows shown text unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: HOSTILE }), (text) => {
        expect(visible(visible(text))).toBe(visible(text));
      }),
    );
  });
});

describe('escapeJsonText', () => {
  it('escapes what JSON.stringify leaves bare', () => {
    const text = escapeJsonText(JSON.stringify('\u007F\u009B\u202E\u2028\u{E0041}\uD800中'));
    expect(text).toBe('"\\u007f\\u009b\\u202e\\u2028\\udb40\\udc41\\ud800中"');
  });

  it('parses back to the identical value and holds nothing that a terminal obeys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: HOSTILE }), (value, text) => {
        const document = { value, [text]: [text] };
        const json = escapeJsonText(JSON.stringify(document));
        expect(json).not.toMatch(FORBIDDEN);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(document)));
        expect(Object.keys(JSON.parse(json) as object)).toContain(text);
      }),
    );
  });
});

/** Written apart from the code under test: Unicode's own properties, not our list. */
const FORBIDDEN =
  /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}\u200B\uFEFF\uFDD0-\uFDEF\u{E0000}-\u{E007F}]/u;

const HOSTILE = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  fc.constantFrom(
    ...['\u001B', '\u0007', '\r', '\n', '\t', '\u007F', '\u009B', '\u202E', '\u2066', '\u200F'],
    ...['\u200B', '\uFEFF', '\u2028', '\u061C', '\uD800', '\uDC00', '\u{E0020}', '\uFDD2', 'a'],
  ),
);
