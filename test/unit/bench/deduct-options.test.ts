import { describe, expect, it } from 'vitest';
import { deductOptions } from '../../../src/cli/commands/bench/options.ts';
import type { DeductFlags } from '../../../src/cli/commands/bench/options.ts';

describe('the options of inv bench deduct', () => {
  it('have defaults: every strategy, one hot product', () => {
    expect(deductOptions({})).toEqual({
      contestants: ['conditional', 'pessimistic', 'optimistic', 'lock', 'lua'],
      writers: 64,
      products: 1,
      stock: 100_000_000,
      durationMs: 2000,
      requestsMax: 1_000_000,
      rounds: 3,
      seed: undefined,
      htmlPath: undefined,
      confirmed: undefined,
    });
  });

  it('name contestants, each once and in the order of the table', () => {
    const { contestants } = deductOptions({ strategies: 'lua, conditional,lua', unsafe: true });
    expect(contestants).toEqual([
      ...['conditional', 'lua', 'lock-paused', 'read-check-write', 'lock-no-fence'],
    ]);
  });

  it('end a bout after a number of requests, or after a time', () => {
    expect(deductOptions({ requests: '5' })).toMatchObject({
      requestsMax: 5,
      durationMs: Infinity,
    });
    expect(deductOptions({ duration: '5s' })).toMatchObject({ durationMs: 5000 });
  });

  it.each<[DeductFlags, RegExp]>([
    [{ strategies: 'conditonal' }, /did you mean conditional/],
    [{ strategies: '' }, /no strategy/],
    [{ concurrency: '257' }, /1 to 256/],
    [{ concurrency: '1e3' }, /whole number/],
    [{ requests: '0' }, /whole number/],
    [{ stock: '-1' }, /whole number/],
    [{ stock: '9999999999999999' }, /whole number/],
    [{ duration: '5' }, /--duration/],
    [{ duration: '2h' }, /--duration/],
    [{ seed: 'x' }, /whole number/],
    [{ skus: '1001' }, /1 to 1000/],
    [{ rounds: '0' }, /1 to 50/],
  ])('%j is refused', (flags, message) => {
    expect(() => deductOptions(flags)).toThrow(message);
  });
});
