import { describe, expect, it } from 'vitest';
import { parseExactInstant, parseMoment } from '../../../../src/domain/parse/moment.ts';

describe('an exact instant', () => {
  it.each([
    '',
    'now',
    '2h',
    '2010-02-30',
    '2010-12-01T25:00:00Z',
    '2010-12-01T08:00:00.1234567890Z',
    'x'.repeat(10_000),
  ])('is not %j', (text) => {
    expect(parseExactInstant(text).ok).toBe(false);
  });

  it.each([
    ['2010-12-01', '2010-12-01T00:00:00.000000Z'],
    ['2010-12-01 08:26', '2010-12-01T08:26:00.000000Z'],
    ['2010-12-01T08:26:00.1Z', '2010-12-01T08:26:00.100000Z'],
    ['2010-12-01T08:26:00.123456Z', '2010-12-01T08:26:00.123456Z'],
    ['2010-12-01T08:26:00.123456789Z', '2010-12-01T08:26:00.123456Z'],
    ['2010-12-01T00:30:00.000009+02:00', '2010-11-30T22:30:00.000009Z'],
  ])('%s is %s', (text, iso) => {
    expect(parseExactInstant(text)).toEqual({ ok: true, value: iso });
  });
});

describe('a moment', () => {
  it.each(['', '2', '-2h', '2 h', '2y', '0h', 'yesterday', '2010-02-30'])('is not %j', (text) => {
    expect(parseMoment(text).ok).toBe(false);
  });

  it('is an age or a time', () => {
    expect(parseMoment('2h')).toEqual({ ok: true, value: { agoMs: 7_200_000 } });
    expect(parseMoment('400d')).toEqual({ ok: true, value: { agoMs: 34_560_000_000 } });
    expect(parseMoment('2010-12-01')).toEqual({
      ok: true,
      value: { at: '2010-12-01T00:00:00.000000Z' },
    });
  });
});
