import { mkdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PROJECT_FILE, scratch } from './scratch.ts';

interface Row {
  readonly title: string;
  readonly content: string | Uint8Array;
  /** Follows the file's name: `:line: message`. */
  readonly expected: string;
}

const rows: readonly Row[] = [
  {
    title: 'a text where a number belongs',
    content: 'mysql:\n  pool_size_max: many\n',
    expected: ':2: mysql.pool_size_max wants a whole number from 1 to 256, not "many"',
  },
  {
    title: 'a number in quotes',
    content: 'mysql:\n  pool_size_max: "8"\n',
    expected: ':2: mysql.pool_size_max wants a whole number from 1 to 256, not "8"',
  },
  {
    title: 'a fraction',
    content: 'retry:\n  factor: 1.5\n',
    expected: ':2: retry.factor wants a whole number from 1 to 10, not 1.5',
  },
  {
    title: 'not a number at all',
    content: 'retry:\n  factor: .nan\n',
    expected: ':2: retry.factor wants a whole number from 1 to 10, not NaN',
  },
  {
    title: 'a number below its bound',
    content: 'mysql:\n  pool_size_max: 0\n',
    expected: ':2: mysql.pool_size_max wants a whole number from 1 to 256, not 0',
  },
  {
    title: 'a number above its bound',
    content: 'files:\n  lines_max: 100000001\n',
    expected: ':2: files.lines_max wants a whole number from 1 to 100000000, not 100000001',
  },
  {
    title: 'an unknown choice',
    content: 'stock:\n  strategy: yolo\n',
    expected:
      ':2: stock.strategy wants one of conditional, pessimistic, optimistic, lock, lua, not "yolo"',
  },
  {
    title: 'a word for a boolean that is none in YAML 1.2',
    content: 'local:\n  autostart: yes please\n',
    expected: ':2: local.autostart wants true or false, not "yes please"',
  },
  {
    title: 'a key prefix with a separator',
    content: "redis:\n  key_prefix: 'a:b'\n",
    expected: ':2: redis.key_prefix wants 1 to 32 letters, digits, - or _, not "a:b"',
  },
  {
    title: 'a number where a text belongs',
    content: 'redis:\n  key_prefix: 12\n',
    expected:
      ':2: redis.key_prefix wants 1 to 32 letters, digits, - or _, not 12 ' +
      '(text that looks like a number or a yes needs quotes)',
  },
  {
    title: 'a list for a value',
    content: 'actor: [a, b]\n',
    expected: ':1: actor wants 1 to 128 characters on one line, not a list',
  },
  {
    title: 'control characters, shown escaped',
    content: 'actor: "a\\eb"\n',
    expected: ':1: actor wants 1 to 128 characters on one line, not "a\\u001bb"',
  },
  {
    title: 'a group for a value',
    content: 'mysql:\n  pool_size_max:\n    a: 1\n',
    expected: ':2: mysql.pool_size_max wants a whole number from 1 to 256, not a group of settings',
  },
  {
    title: 'a value for a group',
    content: '# first\nmysql: mysql://localhost/inv\n',
    expected: ':2: mysql is a group of settings, not a value',
  },
  {
    title: 'a list for a group',
    content: 'mysql: [1]\n',
    expected: ':1: mysql is a group of settings, not a value',
  },
  {
    title: 'a slip in a name',
    content: 'mysql:\n  pool_size_mx: 4\n',
    expected: ':2: "mysql.pool_size_mx" is not a setting; did you mean mysql.pool_size_max?',
  },
  {
    title: 'a name in camel case',
    content: 'mysql:\n  poolSizeMax: 4\n',
    expected: ':2: "mysql.poolSizeMax" is not a setting; did you mean mysql.pool_size_max?',
  },
  {
    title: 'a slip in the name of a group',
    content: 'mysq:\n  url: x\n',
    expected: ':1: "mysq" is not a setting; did you mean mysql?',
  },
  {
    title: 'a setting that lost its group',
    content: 'pool_size_max: 4\n',
    expected: ':1: "pool_size_max" is not a setting; did you mean mysql.pool_size_max?',
  },
  {
    title: 'a path written with a dot',
    content: 'mysql.pool_size_max: 4\n',
    expected: ':1: "mysql.pool_size_max" must stand as pool_size_max inside the group mysql',
  },
  {
    title: 'a name that resembles nothing',
    content: 'frobnicate: 4\n',
    expected: ':1: "frobnicate" is not a setting',
  },
  {
    title: 'an import of another file',
    content: '$import: /etc/passwd\n',
    expected: ':1: "$import" is not a setting',
  },
  {
    title: 'a name that every object has',
    content: 'constructor: 1\n',
    expected: ':1: "constructor" is not a setting',
  },
  {
    title: 'a prototype',
    content: '__proto__:\n  mysql: 1\n',
    expected: ':1: "__proto__" is not a setting',
  },
  {
    title: 'one key twice',
    content: 'mysql:\n  pool_size_max: 4\n  pool_size_max: 5\n',
    expected: ':3: is not valid YAML: duplicated mapping key',
  },
  {
    title: 'a tab for indentation',
    content: 'mysql:\n\tpool_size_max: 4\n',
    expected: ':2: is not valid YAML: tab characters must not be used in indentation',
  },
  {
    title: 'two documents',
    content: 'actor: a\n---\nactor: b\n',
    expected: ': is not valid YAML: expected a single document in the stream, but found more',
  },
  {
    title: 'a list at the root',
    content: '- mysql\n',
    expected: ': must hold settings, one "name: value" on a line',
  },
  {
    title: 'a word at the root',
    content: 'mysql\n',
    expected: ': must hold settings, one "name: value" on a line',
  },
  {
    title: 'nesting without end',
    content: `actor: ${'['.repeat(50_000)}`,
    expected: ':1: is not valid YAML: nesting exceeded maxDepth (100)',
  },
  {
    title: 'more than a configuration can be',
    content: `# ${'x'.repeat(262_144)}`,
    expected: ': is larger than 262144 bytes; that is no configuration',
  },
  {
    title: 'bytes that are no UTF-8',
    content: Uint8Array.of(0x61, 0x3a, 0x20, 0xff, 0xfe),
    expected: ': is not UTF-8 text',
  },
];

describe('a file is refused, naming file, line and remedy, for', () => {
  test.each(rows)('$title', async ({ content, expected }) => {
    const place = scratch();
    const file = place.write(PROJECT_FILE, content);
    const error = await place.refusal();
    expect({ code: error.code, exit: error.exitCode, message: error.message }).toEqual({
      code: 'BAD_CONFIGURATION',
      exit: 78,
      message: `${file}${expected}`,
    });
  });
});

test('a reference bomb costs nothing and is refused as a wrong value', async () => {
  const place = scratch();
  const levels = Array.from({ length: 40 }, (_, level) =>
    level === 0
      ? 'l0: &l0 [x]'
      : `l${String(level)}: &l${String(level)} [*l${String(level - 1)}, *l${String(level - 1)}]`,
  );
  place.write(PROJECT_FILE, `${levels.join('\n')}\nactor: *l39\n`);
  const error = await place.refusal();
  expect(error.message).toContain('actor wants 1 to 128 characters on one line, not a list');
});

test('all problems of all sources are listed at once, weakest source first', async () => {
  const place = scratch();
  const user = place.write('.config/inv/config.yaml', 'stock:\n  strategy: none\n');
  const project = place.write(
    PROJECT_FILE,
    'mysql:\n  pool_size_max: -1\n  url: nowhere\nbogus: 1\n',
  );
  const error = await place.refusal({
    env: { INV_RETRY_FACTOR: '1e3' },
    flags: { 'output.format': 'xml' },
  });
  expect(error.message.split('\n').sort()).toEqual(
    [
      '6 problems in the configuration:',
      `  ${user}:2: stock.strategy wants one of conditional, pessimistic, optimistic, lock, lua, not "none"`,
      `  ${project}:2: mysql.pool_size_max wants a whole number from 1 to 256, not -1`,
      `  ${project}:3: mysql.url is not an address such as mysql://user@host:3306/database`,
      `  ${project}:4: "bogus" is not a setting`,
      '  INV_RETRY_FACTOR: retry.factor wants a whole number from 1 to 10, not "1e3"',
      '  --format: output.format wants one of table, json, ndjson, csv, tsv, not "xml"',
    ].sort(),
  );
  expect(error.facts['problems']).toHaveLength(6);
});

test('a file named by --config that is not there is refused, even when a project file is', async () => {
  const place = scratch();
  place.write(PROJECT_FILE, 'actor: project\n');
  const error = await place.refusal({ configFile: 'other.yaml' });
  expect([error.code, error.message]).toEqual([
    'BAD_CONFIGURATION',
    `--config: there is no file ${place.project}/other.yaml`,
  ]);
  const fromVariable = await place.refusal({ env: { INV_CONFIG: 'other.yaml' } });
  expect(fromVariable.message).toBe(`INV_CONFIG: there is no file ${place.project}/other.yaml`);
});

test('a folder with the name of the project file is not taken for it', async () => {
  const place = scratch();
  mkdirSync(`${place.project}/inventory.config.yaml`);
  place.write('shop/inventory.config.yaml', 'actor: above\n');
  expect((await place.load()).config.actor).toBe('above');
});

test('a project file that another user may have planted in a shared folder is refused', async () => {
  const place = scratch();
  const { chmodSync, chownSync, statSync } = await import('node:fs');
  const file = place.write(PROJECT_FILE, 'actor: mallory\n');
  const { uid } = statSync(file);
  chmodSync(place.project, 0o1777);
  expect((await place.load({ uid })).config.actor).toBe('mallory');
  // Root may give the file away; anybody else pretends to be the reader that does not own it.
  if (uid === 0) chownSync(file, 12_345, 12_345);
  const reader = uid === 0 ? 0 : uid + 1;
  const error = await place.refusal({ uid: reader });
  expect(error.message).toBe(`${file}: belongs to another user and lies in a shared folder`);
  expect((await place.load({ uid: reader, configFile: file })).config.actor).toBe('mallory');
});
