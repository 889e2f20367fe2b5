import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { formatDuration, parseDuration } from '../../../../src/domain/parse/duration.ts';
import { parseInstant } from '../../../../src/domain/parse/instant.ts';
import { must, parsed, refused } from '../../../../src/domain/parse/parsed.ts';
import { shown } from '../../../../src/domain/parse/shown.ts';
import { parseName, parseUnit } from '../../../../src/domain/parse/text.ts';
import { InvError } from '../../../../src/lib/errors.ts';

describe('an instant', () => {
  it.each([
    '',
    'now',
    '2010',
    '2010-12',
    '2010-02-30',
    '2011-02-29',
    '2010-13-01',
    '2010-00-10',
    '2010-1-1',
    '01/12/2010',
    '2010-12-01 24:00',
    '2010-12-01 23:60',
    '2010-12-01 23:59:60',
    '1969-12-31',
    '1970-01-01T00:00+01:00',
    '2101-01-01',
    '2010-12-01T08:26:00+15:00',
    '2010-12-01T08:26:00+01:60',
    '2010-12-01Z',
    ' 2010-12-01',
    '12010-12-01',
    '2010-12-01T08',
    '1290000000',
  ])('refuses %j', (text) => {
    expect(parseInstant(text)).toMatchObject({ ok: false });
  });

  it.each([
    ['2010-12-01', '2010-12-01T00:00:00.000Z'],
    ['2010-12-01 08:26', '2010-12-01T08:26:00.000Z'],
    ['2010-12-01 08:26:00', '2010-12-01T08:26:00.000Z'],
    ['2010-12-01T08:26:00Z', '2010-12-01T08:26:00.000Z'],
    ['2010-12-01t08:26:00.123456z', '2010-12-01T08:26:00.123Z'],
    ['2010-12-01T08:26:00.5+08:00', '2010-12-01T00:26:00.500Z'],
    ['2010-12-01 08:26:00 -0330', '2010-12-01T11:56:00.000Z'],
    ['2012-02-29T00:00+01', '2012-02-28T23:00:00.000Z'],
    ['1970-01-01', '1970-01-01T00:00:00.000Z'],
    ['2100-12-31T23:59:59Z', '2100-12-31T23:59:59.000Z'],
  ])('reads %s as %s', (text, iso) => {
    expect(parseInstant(text)).toEqual({ ok: true, value: new Date(iso) });
  });

  it('comes back from its ISO text', () => {
    const date = fc.date({
      min: new Date('1970-01-01'),
      max: new Date('2100-12-31'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(date, (value) => {
        expect(parseInstant(value.toISOString())).toEqual({ ok: true, value });
      }),
    );
  });
});

describe('a duration', () => {
  it.each([
    '',
    '5',
    '5 s',
    '1.5h',
    '-5s',
    '1h30m',
    '5S',
    's',
    '05s',
    '0s',
    '1e3ms',
    '367d',
    '999999999999999d',
  ])('refuses %j', (text) => {
    expect(parseDuration(text)).toMatchObject({ ok: false });
  });

  it('asks for the unit of a bare number, and names its bounds', () => {
    expect(parseDuration('90')).toEqual({
      ok: false,
      message: '"90" has no unit; write 90s or 90ms',
    });
    expect(parseDuration('2h', { maxMs: 3_600_000 })).toEqual({
      ok: false,
      message: '"2h" is longer than 1h',
    });
    expect(parseDuration('5ms', { minMs: 1_500 })).toEqual({
      ok: false,
      message: '"5ms" is shorter than 1500ms',
    });
  });

  it.each([
    ['500ms', 500],
    ['5s', 5_000],
    ['15m', 900_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
  ])('reads %s as %d ms', (text, durationMs) => {
    expect(parseDuration(text)).toEqual({ ok: true, value: durationMs });
    expect(formatDuration(durationMs)).toBe(text);
  });

  it('may be 0 where that is allowed', () => {
    expect(parseDuration('0s', { minMs: 0 })).toEqual({ ok: true, value: 0 });
    expect(formatDuration(0)).toBe('0ms');
  });
});

describe('free text', () => {
  it.each([
    ['', 'is empty; write 1 to 200 characters'],
    [' \u3000 ', 'is empty; write 1 to 200 characters'],
    ['a\0b', '"a<U+0000>b" contains U+0000'],
    ['a\ud83d', '"a<U+D83D>" contains half of a surrogate pair'],
    ['x'.repeat(201), `"${'x'.repeat(40)}…" is longer than 200 characters`],
    ['😀'.repeat(201), `"${'😀'.repeat(40)}…" is longer than 200 characters`],
  ])('refuses %j and says why', (text, message) => {
    expect(parseName(text)).toEqual({ ok: false, message });
  });

  it.each([
    ' WHITE MUG ',
    "'; DROP TABLE products; --",
    '=1+1',
    '\u001b]0;x\u0007',
    '\u202e杯',
    '😀'.repeat(200),
  ])('keeps %j exactly', (text) => {
    expect(parseName(text)).toEqual({ ok: true, value: text });
  });

  it('has the length that its column has', () => {
    expect(parseUnit('x'.repeat(16))).toEqual({ ok: true, value: 'x'.repeat(16) });
    expect(parseUnit('x'.repeat(17))).toMatchObject({ ok: false });
  });

  it('is quoted in messages so that nothing in it is invisible or endless', () => {
    expect(shown('a\u001b\u202e\u200b\ufeff\u2028"')).toBe(
      '"a<U+001B><U+202E><U+200B><U+FEFF><U+2028>""',
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const quoted = shown(text);
        return !/[\p{Cc}\p{Cf}\p{Cs}]/u.test(quoted) && quoted.length < 450;
      }),
    );
  });
});

describe('must', () => {
  it('gives the value, or an error that names the field', () => {
    expect(must(parsed(5), 'quantity')).toBe(5);
    expect(() => must(refused('"x" is no number'), 'quantity')).toThrow(
      new InvError('INVALID_INPUT', 'quantity: "x" is no number', { facts: { field: 'quantity' } }),
    );
  });
});
