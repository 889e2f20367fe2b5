import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeSettings } from '../../../src/config/describe-settings.ts';
import { maskAddress } from '../../../src/config/mask-secrets.ts';
import type { InvError } from '../../../src/lib/errors.ts';
import { PROJECT_FILE, scratch } from './scratch.ts';

function everythingOf(error: InvError): string {
  const { message, hint, facts, cause, stack } = error;
  return [JSON.stringify({ message, hint, facts }), String(cause), stack].join('\n');
}

describe('no error shows the secret in', () => {
  test.each([
    ['a password that is no text', 'mysql:\n  password: [hunter2]\n'],
    ['a password in a group', 'mysql:\n  password:\n    hunter2: 1\n'],
    ['a password under a wrong name', 'mysql:\n  pasword: hunter2\n'],
    ['a password that is a YAML reference', 'mysql:\n  password: *hunter2\n'],
    ['a password that is a YAML tag', 'mysql:\n  password: !hunter2 x\n'],
    ['a password with an open quote', 'mysql:\n  password: "hunter2\n'],
    ['a password with a stray colon', 'mysql:\n  password: hunter2: x\n'],
    ['a line beside a broken one', 'mysql:\n  password: hunter2\n  url: [\n'],
    ['an address that does not parse', 'mysql:\n  url: mysql://u:hunter2@host:notaport/db\n'],
    ['an address with an unescaped slash', 'mysql:\n  url: mysql://u:1/hunter2@host/db\n'],
    ['an address with an unescaped hash', 'mysql:\n  url: mysql://u:1#hunter2@host/db\n'],
    ['an address of the wrong scheme', 'mysql:\n  url: postgres://u:hunter2@host/db\n'],
    ['an address with a bad escape', 'mysql:\n  url: mysql://u:hunter2%@host/db\n'],
    [
      'an address with a password parameter',
      'mysql:\n  url: mysql://u@localhost/db?password=hunter2\n',
    ],
    ['an address without a database', 'mysql:\n  url: mysql://u:hunter2@localhost\n'],
    ['a remote address without TLS', 'redis:\n  url: redis://u:hunter2@example.org\n'],
    ['a password where an address belongs', 'redis:\n  url: hunter2\n'],
    ['a password that is too long', `redis:\n  password: ${'hunter2'.repeat(200)}\n`],
  ])('%s', async (_, content) => {
    const place = scratch();
    place.write(PROJECT_FILE, content);
    const error = await place.refusal();
    expect(error.code).toBe('BAD_CONFIGURATION');
    expect(everythingOf(error)).not.toContain('hunter2');
  });

  test('JSON that is broken beside it', async () => {
    const place = scratch();
    place.write('shop/north/inventory.config.json', '{"mysql": {"password": "hunter2" x}}');
    expect(everythingOf(await place.refusal())).not.toContain('hunter2');
  });
});

test('config show masks passwords and shows the rest of an address', async () => {
  const loaded = await scratch().load({
    env: {
      INV_MYSQL_URL: 'mysql://shop:hunter2@localhost/books',
      INV_MYSQL_PASSWORD: 'hunter2',
      INV_REDIS_URL: 'redis://:hunter2@127.0.0.1/1',
    },
  });
  const rows = describeSettings(loaded);
  expect(JSON.stringify(rows)).not.toContain('hunter2');
  const shown = rows.filter((row) => row.origin === 'env').map((row) => [row.setting, row.value]);
  expect(shown).toEqual([
    ['mysql.url', 'mysql://shop:***@localhost/books'],
    ['mysql.password', '***'],
    ['redis.url', 'redis://:***@127.0.0.1/1'],
  ]);
  expect(rows.find((row) => row.setting === 'redis.password')).toEqual({
    setting: 'redis.password',
    value: null,
    origin: 'default',
    location: 'default',
    env: 'INV_REDIS_PASSWORD',
    description: 'Password for Redis; better kept in the environment than in a file.',
  });
});

test('a file with a password that others can read is a warning; without a password it is none', async () => {
  const place = scratch();
  const file = place.write(PROJECT_FILE, 'mysql:\n  password: hunter2\n', 0o644);
  expect((await place.load()).warnings).toEqual([
    `${file} holds a password and can be read by other users: chmod 600 ${file}`,
  ]);
  const other = scratch();
  other.write(PROJECT_FILE, 'mysql:\n  url: mysql://u@localhost/db\n', 0o644);
  expect((await other.load()).warnings).toEqual([]);
});

test('whatever stands as the password of an address, masking hides it', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 12 }), (noise) => {
      const shown = maskAddress(`mysql://user:Q7secretQ7${noise}@host/db`);
      expect(shown).not.toContain('Q7secretQ7');
    }),
  );
});
