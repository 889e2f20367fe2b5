import { chmodSync, mkdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { scratch } from './scratch.ts';

describe('a variable is refused for', () => {
  test.each([
    ['a hexadecimal number', 'INV_MYSQL_POOL_SIZE_MAX', '0x10'],
    ['an exponent', 'INV_MYSQL_POOL_SIZE_MAX', '1e1'],
    ['blanks around a number', 'INV_MYSQL_POOL_SIZE_MAX', ' 5 '],
    ['a sign', 'INV_MYSQL_POOL_SIZE_MAX', '+5'],
    ['a fraction', 'INV_MYSQL_POOL_SIZE_MAX', '1.5'],
    ['more digits than a number holds', 'INV_MYSQL_POOL_SIZE_MAX', '99999999999999999999'],
    ['foreign digits', 'INV_MYSQL_POOL_SIZE_MAX', '٥'],
    ['a word for a number', 'INV_TIMEOUT_MS', 'NaN'],
    ['a number for a boolean', 'INV_LOCAL_AUTOSTART', '2'],
    ['a word for a boolean', 'INV_MYSQL_INSECURE', 'on'],
    ['a name that every object has', 'INV_LOCAL_AUTOSTART', 'constructor'],
    ['a choice in capitals', 'INV_STOCK_STRATEGY', 'CONDITIONAL'],
    ['a location with a blank', 'INV_STOCK_LOCATION', 'BACK ROOM'],
  ])('%s', async (_, name, value) => {
    const error = await scratch().refusal({ env: { [name]: value } });
    expect(error.code).toBe('BAD_CONFIGURATION');
    expect(error.message).toMatch(new RegExp(`^${name}: [a-z._]+ wants .*, not "`));
  });
});

test.each([
  ['true', true],
  ['YES', true],
  ['1', true],
  ['false', false],
  ['no', false],
  ['0', false],
])('INV_LOCAL_AUTOSTART=%s is %s', async (text, expected) => {
  const { config } = await scratch().load({ env: { INV_LOCAL_AUTOSTART: text } });
  expect(config.local.autostart).toBe(expected);
});

test('empty variables count as unset', async () => {
  const loaded = await scratch().load({
    env: {
      INV_MYSQL_POOL_SIZE_MAX: '',
      INV_MYSQL_URL: '',
      INV_MYSQL_PASSWORD_FILE: '',
      INV_CONFIG: '',
    },
  });
  expect([loaded.config.mysql.poolSizeMax, loaded.origins.get('mysql.url')?.source]).toEqual([
    8,
    'default',
  ]);
});

test('a variable that nearly is one of ours is a warning; foreign ones and twins of flags are not', async () => {
  const { warnings } = await scratch().load({
    env: {
      INV_MYSQL_POOLSIZE_MAX: '4',
      INV_MYSQL_PASWORD: 'hunter2',
      INV_JSN: '1',
      INV_JSON: '1',
      INV_TIMEOUT: '5s',
      INV_FAILPOINT: 'x=kill',
      INV_WAREHOUSE_PRINTER: 'lp0',
      INVOICE: '1',
    },
  });
  expect([...warnings].sort()).toEqual([
    'INV_JSN is not used by inv; did you mean INV_JSON?',
    'INV_MYSQL_PASWORD is not used by inv; did you mean INV_MYSQL_PASSWORD?',
    'INV_MYSQL_POOLSIZE_MAX is not used by inv; did you mean INV_MYSQL_POOL_SIZE_MAX?',
  ]);
});

describe('a secret in a file of its own', () => {
  test('is read without its last line end, and only that', async () => {
    const place = scratch();
    const file = place.write('secrets/mysql', '  pass word \n\n');
    const loaded = await place.load({ env: { INV_MYSQL_PASSWORD_FILE: '../../secrets/mysql' } });
    expect([loaded.config.mysql.password, loaded.warnings]).toEqual(['  pass word \n', []]);
    expect(loaded.origins.get('mysql.password')).toEqual({
      source: 'env',
      location: 'INV_MYSQL_PASSWORD_FILE (../../secrets/mysql)',
    });
    expect(file).toContain('secrets');
  });

  test('may be an address', async () => {
    const place = scratch();
    const file = place.write('url', 'redis://:pw@localhost/3\r\n');
    const { config } = await place.load({ env: { INV_REDIS_URL_FILE: file } });
    expect(config.redis.url).toBe('redis://:pw@localhost/3');
  });

  test('is a warning when others can read it', async () => {
    const place = scratch();
    const file = place.write('secret', 'hunter2');
    chmodSync(file, 0o644);
    const { warnings } = await place.load({ env: { INV_REDIS_PASSWORD_FILE: file } });
    expect(warnings).toEqual([
      `${file} holds a password and can be read by other users: chmod 600 ${file}`,
    ]);
  });

  test('is refused when missing, empty, a folder, endless, or given twice', async () => {
    const place = scratch();
    const empty = place.write('empty', '\n');
    mkdirSync(`${place.home}/folder`);
    const messages = await Promise.all(
      [
        { INV_MYSQL_PASSWORD_FILE: '/no/such' },
        { INV_MYSQL_PASSWORD_FILE: empty },
        { INV_MYSQL_PASSWORD_FILE: `${place.home}/folder` },
        { INV_MYSQL_PASSWORD_FILE: '/dev/zero' },
        { INV_MYSQL_PASSWORD_FILE: empty, INV_MYSQL_PASSWORD: 'hunter2' },
      ].map(async (env) => (await place.refusal({ env })).message),
    );
    expect(messages).toEqual([
      'INV_MYSQL_PASSWORD_FILE: names a file that cannot be read, /no/such (ENOENT)',
      `INV_MYSQL_PASSWORD_FILE: names an empty file, ${empty}`,
      `INV_MYSQL_PASSWORD_FILE: names a folder, ${place.home}/folder`,
      'INV_MYSQL_PASSWORD_FILE: names a file that is too large for a secret, /dev/zero',
      'INV_MYSQL_PASSWORD_FILE: is set, and INV_MYSQL_PASSWORD too; only one of them may be',
    ]);
  });
});
