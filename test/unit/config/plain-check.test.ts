import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPlainlyValid } from '../../../src/config/plain-check.ts';
import { SETTING_PATHS, settingAt } from '../../../src/config/schema.ts';
import { validateSetting } from '../../../src/config/validate.ts';

describe('the check without the schema library', () => {
  test('accepts no value that the schema refuses, and refuses none that it accepts', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SETTING_PATHS), values, (path, value) => {
        expect(isPlainlyValid(settingAt(path).rule, value)).toBe(validateSetting(path, value).ok);
      }),
      { numRuns: 2000 },
    );
  });

  test('accepts every default, whatever its kind', () => {
    const refused = SETTING_PATHS.filter((path) => {
      const { rule, default: value } = settingAt(path);
      return value !== null && !isPlainlyValid(rule, value);
    });
    expect(refused).toEqual([]);
  });

  test.each([
    ['mysql.pool_size_max', 1],
    ['mysql.pool_size_max', 256],
    ['mysql.pool_size_max', 0],
    ['mysql.pool_size_max', 257],
    ['mysql.pool_size_max', 1.5],
    ['mysql.pool_size_max', '8'],
    ['mysql.pool_size_max', Number.NaN],
    ['output.color', 'always'],
    ['output.color', 'Always'],
    ['local.autostart', false],
    ['local.autostart', 'false'],
    ['actor', 'a\nb'],
    ['actor', 'ж'.repeat(128)],
    ['actor', '😀'.repeat(129)],
    ['home', ''],
    ['home', 'a\0b'],
    ['home', 'x'.repeat(4097)],
    ['mysql.url', 'mysql://inv@localhost/shop'],
    ['mysql.url', 'mysql://localhost/shop'],
    ['mysql.password', ''],
    ['mysql.password', 'line\nbreak'],
  ] as const)('answers like the schema for %s = %j', (path, value) => {
    expect(isPlainlyValid(settingAt(path).rule, value)).toBe(validateSetting(path, value).ok);
  });
});

/** Anything, and often something that a setting might well hold. */
const values = fc.oneof(
  fc.anything(),
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.integer({ min: -10, max: 100_000 }),
  fc.constantFrom('table', 'auto', 'MAIN', 'conditional', true, false, null, undefined, -0),
  fc.webUrl(),
  fc
    .constantFrom('mysql', 'mysqls', 'redis', 'rediss', 'unix')
    .chain((scheme) => fc.webUrl().map((url) => url.replace(/^https?/, scheme))),
);
