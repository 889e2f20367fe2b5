import { describe, expect, it } from 'vitest';
import { phasesOfRecords } from '../../../src/loadtest/profile/rate-file.ts';
import { parseRate } from '../../../src/loadtest/profile/rate.ts';
import { planSettings } from '../../../src/loadtest/workload/plan-settings.ts';
import type { LoadOptions } from '../../../src/loadtest/workload/plan-settings.ts';
import { parseQuantities } from '../../../src/loadtest/workload/quantities.ts';
import { parseShare } from '../../../src/loadtest/workload/share.ts';
import { parseSkew } from '../../../src/loadtest/workload/skew.ts';

describe('a rate', () => {
  it.each([
    ['10000/s', 10_000],
    ['0.5/s', 0.5],
    ['600/m', 10],
    ['3600/h', 1],
    ['2/ms', 2_000],
    ['0/s', 0],
  ])('%s is %d starts a second', (text, value) => {
    expect(parseRate(text)).toEqual({ ok: true, value });
  });

  it.each(['', '10', '1e3/s', '-1/s', '10 /s', '10/d', '010/s', '.5/s', '1000001/s', '1001/ms'])(
    'refuses %j',
    (text) => {
      expect(parseRate(text)).toMatchObject({ ok: false });
    },
  );

  it('asks for the unit that is missing', () => {
    expect(parseRate('100')).toEqual({ ok: false, message: '"100" has no unit; write 100/s' });
  });
});

describe('a share', () => {
  it.each([
    ['0', 0],
    ['0.3', 0.3],
    ['30%', 0.3],
    ['1', 1],
    ['100%', 1],
  ])('%s is %d', (text, value) => {
    expect(parseShare(text)).toEqual({ ok: true, value });
  });

  it.each(['', '1.1', '101%', '-0.1', '.3', '30 %', 'NaN', '1e-3'])('refuses %j', (text) => {
    expect(parseShare(text)).toMatchObject({ ok: false });
  });
});

describe('a skew', () => {
  it.each([
    ['uniform', { kind: 'uniform' }],
    ['zipf:1.1', { kind: 'zipf', exponent: 1.1 }],
    ['hot:10:0.8', { kind: 'hot', products: 10, share: 0.8 }],
    ['hot:1:80%', { kind: 'hot', products: 1, share: 0.8 }],
  ])('reads %s', (text, value) => {
    expect(parseSkew(text)).toEqual({ ok: true, value });
  });

  it.each([
    '',
    'zipf',
    'zipf:0',
    'zipf:-1',
    'zipf:11',
    'zipf:1:2',
    'hot:0:0.5',
    'hot:5',
    'hot:5:2',
    'flat',
    'uniform:1',
  ])('refuses %j', (text) => {
    expect(parseSkew(text)).toMatchObject({ ok: false });
  });
});

describe('a mix of quantities', () => {
  it.each([
    ['1', [{ quantity: 1, weight: 1 }]],
    [
      '2-3',
      [
        { quantity: 2, weight: 1 },
        { quantity: 3, weight: 1 },
      ],
    ],
    [
      '1:70,5:30',
      [
        { quantity: 1, weight: 70 },
        { quantity: 5, weight: 30 },
      ],
    ],
  ])('reads %s', (text, value) => {
    expect(parseQuantities(text)).toEqual({ ok: true, value });
  });

  it.each(['', '0', '5-1', '1:0', '1:1,1:2', '1000001', '1-2000', '1:', 'a', '1:1;2:1', '-1'])(
    'refuses %j',
    (text) => {
      expect(parseQuantities(text)).toMatchObject({ ok: false });
    },
  );
});

describe('a file of rates', () => {
  it('becomes a phase for each record', () => {
    const file = phasesOfRecords([
      { line: 2, rate: '100/s', duration: '5s' },
      { line: 3, rate: '0/s', duration: '500ms' },
    ]);
    expect(file).toMatchObject({
      ok: true,
      phases: [
        { name: 'line 2', durationMs: 5_000, ratePerSecondFrom: 100, ratePerSecondTo: 100 },
        { name: 'line 3', durationMs: 500, ratePerSecondFrom: 0, ratePerSecondTo: 0 },
      ],
    });
  });

  it('lists every bad line at once', () => {
    const file = phasesOfRecords([
      { line: 2, rate: '100', duration: '5' },
      { line: 3, rate: '1/s', duration: '1s' },
      { line: 4, rate: '', duration: '1s' },
    ]);
    expect(file).toEqual({
      ok: false,
      problems: [
        { line: 2, message: 'rate: "100" has no unit; write 100/s' },
        { line: 2, message: 'duration: "5" has no unit; write 5s or 5ms' },
        { line: 4, message: 'rate: "" is not a rate such as 10000/s, 0.5/s or 600/m' },
      ],
    });
    expect(phasesOfRecords([])).toMatchObject({ ok: false });
  });
});

describe('options together', () => {
  it('have defaults: a flash sale of 10,000 buyers in a second', () => {
    const settings = planSettings({ seed: 1 });
    expect(settings).toMatchObject({
      ok: true,
      value: {
        profile: 'flash',
        buyers: 10_000,
        stock: 1_000,
        phases: [
          { name: 'warm-up', isWarmUp: true, durationMs: 3_000 },
          { name: 'spike', starts: 10_000, durationMs: 1_000, isEachBuyerOnce: true },
          { name: 'tail', ratePerSecondFrom: 0, durationMs: 4_000 },
        ],
      },
    });
  });

  it('let some buyers order again when there is a limit to be tested', () => {
    const settings = planSettings({ seed: 1, perBuyer: 2 });
    expect(settings).toMatchObject({ ok: true, value: { perBuyer: 2, again: { share: 0.1 } } });
  });

  it.each<[string, Partial<LoadOptions>, RegExp]>([
    ['a window beside a rate', { windowMs: 500, ratePerSecond: 10 }, /one follows from the other/],
    ['a window without a flash', { profile: 'ramp', windowMs: 500 }, /for the flash profile/],
    [
      'a spike longer than the run',
      { buyers: 1_000, ratePerSecond: 10, durationMs: 5_000 },
      /take 100s, longer than 5s/,
    ],
    ['nothing to start', { profile: 'constant', ratePerSecond: 0 }, /starts nothing/],
    ['nothing to start in a flash', { ratePerSecond: 0 }, /starts nothing/],
    ['more starts than memory', { profile: 'soak', ratePerSecond: 100_000 }, /lower the rate/],
    [
      'more pending than memory',
      {
        profile: 'constant',
        ratePerSecond: 5_000,
        durationMs: 600_000,
        holdShare: 1,
        holdMs: 600_000,
      },
      /shorten the holds/,
    ],
    [
      'more hot products than products',
      { products: 5, skew: { kind: 'hot', products: 6, share: 0.5 } },
      /6 hot products/,
    ],
    [
      'orders above the limit',
      { perBuyer: 2, quantities: [{ quantity: 3, weight: 1 }] },
      /can never pass/,
    ],
    ['fates of holds above the whole', { confirmShare: 0.8, cancelShare: 0.3 }, /more than 1/],
    ['too many buyers', { buyers: 10_000_001 }, /10000001 buyers/],
    ['too many products', { products: 100_001 }, /100001 products/],
    ['a burst above any machine', { buyers: 5_000_000, windowMs: 1 }, /above 1000000\/s/],
  ])('refuse %s', (_, options, message) => {
    const settings = planSettings({ seed: 1, ...options });
    expect(settings).toMatchObject({ ok: false, message: expect.stringMatching(message) });
  });
});
