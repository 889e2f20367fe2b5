import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseLeadDays } from '../../../../src/domain/parse/lead-days.ts';
import { parseMoney } from '../../../../src/domain/parse/money.ts';
import {
  parseLevel,
  parseQuantity,
  parseSignedQuantity,
  QUANTITY_MAX,
} from '../../../../src/domain/parse/quantity.ts';

const malformed = [
  '',
  ' ',
  ' 5 ',
  '5\n',
  '0x10',
  '0b1',
  '0o7',
  '1e3',
  '1E3',
  '1.5',
  '1.0',
  '1,000',
  '1_000',
  '+5',
  '-1',
  '--1',
  'NaN',
  'Infinity',
  'null',
  'ten',
  '٣',
  '５',
  '5\0',
  '007',
  '00',
  '5 000',
  '1000000000001',
  '9'.repeat(400),
];

describe('a quantity', () => {
  it.each([...malformed, '0'])('refuses %j', (text) => {
    const quantity = parseQuantity(text);
    expect(quantity).toEqual({ ok: false, message: expect.stringMatching(/./) as unknown });
  });

  it.each([
    ['', 'is empty; write a whole number (1 to 1000000000000)'],
    ['0', '"0" is less than 1 (1 to 1000000000000)'],
    ['007', '"007" has leading zeros; write 7'],
    [' 5 ', '" 5 " has spaces around it; write plain digits (1 to 1000000000000)'],
    ['1.5', '"1.5" is not a whole number in plain digits (1 to 1000000000000)'],
    ['1000000000001', '"1000000000001" is too large (1 to 1000000000000)'],
  ])('says of %j what is wrong', (text, message) => {
    expect(parseQuantity(text)).toEqual({ ok: false, message });
  });

  it('reads exactly the numbers whose plain digits were written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: QUANTITY_MAX }), (units) => {
        expect(parseQuantity(String(units))).toEqual({ ok: true, value: units });
      }),
    );
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from('0159+-.eEx ٣\0')), maxLength: 15 }),
        (text) => {
          const quantity = parseQuantity(text);
          return !quantity.ok || String(quantity.value) === text;
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('a signed quantity', () => {
  it.each([
    '',
    '-',
    '+',
    '--1',
    '+-1',
    '- 1',
    '-0',
    '+0',
    '0',
    '-1.5',
    '-1e3',
    '-007',
    '-1000000000001',
  ])('refuses %j', (text) => {
    expect(parseSignedQuantity(text)).toMatchObject({ ok: false });
  });

  it.each([
    ['5', 5],
    ['+5', 5],
    ['-80995', -80_995],
    ['-1000000000000', -QUANTITY_MAX],
  ])('reads %s', (text, value) => {
    expect(parseSignedQuantity(text)).toEqual({ ok: true, value });
  });
});

describe('a level', () => {
  it.each(malformed)('refuses %j', (text) => {
    expect(parseLevel(text)).toMatchObject({ ok: false });
  });

  it('may be 0', () => {
    expect(parseLevel('0')).toEqual({ ok: true, value: 0 });
    expect(parseLevel('1000000000000')).toEqual({ ok: true, value: QUANTITY_MAX });
  });
});

describe('an amount of money', () => {
  it.each([
    ['', 'is empty; write an amount such as 1.25'],
    ['-1', '"-1" is negative; an amount is 0 or more'],
    ['1,25', '"1,25" has a comma; write a point and no thousands separators'],
    ['.5', '".5" starts with a point; write 0.5'],
    ['9.80000019', '"9.80000019" has more than 4 decimals; did you mean 9.80?'],
    ['34.7999992', '"34.7999992" has more than 4 decimals; did you mean 34.80?'],
    ['9.99999', '"9.99999" has more than 4 decimals; did you mean 10.00?'],
    ['0.00004', '"0.00004" has more than 4 decimals; did you mean 0.00?'],
    ['1'.repeat(15), '"111111111111111" has more than 14 digits before the point'],
  ])('refuses %j and says why', (text, message) => {
    expect(parseMoney(text)).toEqual({ ok: false, message });
  });

  it.each([' 1', '1.', '01', '1e3', '0x1', '£1', 'NaN', '+1', '1.2.3', '٣', '1'.repeat(1_000)])(
    'refuses %j',
    (text) => {
      expect(parseMoney(text)).toMatchObject({ ok: false });
    },
  );

  it.each([
    ['0', '0.00'],
    ['3', '3.00'],
    ['1.2', '1.20'],
    ['1.2500', '1.25'],
    ['1.2345', '1.2345'],
    ['1.234', '1.234'],
    ['1.250000', '1.25'],
    ['99999999999999.9999', '99999999999999.9999'],
  ])('writes %s as %s', (text, value) => {
    expect(parseMoney(text)).toEqual({ ok: true, value });
  });

  it('is read the same again', () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from('0159.')), maxLength: 12 });
    fc.assert(
      fc.property(text, (amount) => {
        const money = parseMoney(amount);
        if (!money.ok) return true;
        expect(parseMoney(money.value)).toEqual(money);
        return Number(money.value) === Number(amount);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('lead days', () => {
  it.each(['', '-1', '1.5', '3651', '07', 'soon'])('refuses %j', (text) => {
    expect(parseLeadDays(text)).toMatchObject({ ok: false });
  });

  it('are whole days', () => {
    expect(parseLeadDays('0')).toEqual({ ok: true, value: 0 });
    expect(parseLeadDays('3650')).toEqual({ ok: true, value: 3650 });
  });
});
