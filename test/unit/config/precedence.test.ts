import { describe, expect, test } from 'vitest';
import type { SettingValue } from '../../../src/config/setting.ts';
import type { SettingPath } from '../../../src/config/schema.ts';
import { PROJECT_FILE, scratch, USER_FILE } from './scratch.ts';

interface Subject {
  readonly path: SettingPath;
  readonly env: string;
  readonly flagLocation: string;
  /** Typed values of: flag, environment, project file, user file, default. All differ where the type allows. */
  readonly values: readonly [SettingValue, SettingValue, SettingValue, SettingValue, SettingValue];
}

const subjects: readonly Subject[] = [
  {
    path: 'mysql.pool_size_max',
    env: 'INV_MYSQL_POOL_SIZE_MAX',
    flagLocation: 'mysql.pool_size_max',
    values: [1, 2, 3, 4, 8],
  },
  {
    path: 'output.format',
    env: 'INV_OUTPUT_FORMAT',
    flagLocation: '--format',
    values: ['json', 'ndjson', 'csv', 'tsv', null],
  },
  {
    path: 'timeout_ms',
    env: 'INV_TIMEOUT_MS',
    flagLocation: '--timeout',
    values: [1, 2, 3, 4, null],
  },
  {
    path: 'actor',
    env: 'INV_ACTOR',
    flagLocation: '--actor',
    values: ['a', 'b', 'c', 'd', null],
  },
  {
    path: 'local.autostart',
    env: 'INV_LOCAL_AUTOSTART',
    flagLocation: 'local.autostart',
    values: [false, true, false, true, true],
  },
];

// Every subset of the four sources that can give a value.
const rows = subjects.flatMap((subject) =>
  Array.from({ length: 16 }, (_, mask) => ({
    subject,
    path: subject.path,
    sources: [0, 1, 2, 3].filter((index) => (mask & (1 << index)) !== 0),
  })),
);

function yaml(path: string, value: SettingValue): string {
  const [first = '', key] = path.split('.');
  return key === undefined
    ? `${first}: ${String(value)}\n`
    : `${first}:\n  ${key}: ${String(value)}\n`;
}

describe('flag > environment > project file > user file > default', () => {
  test.each(rows)('$path given by sources $sources', async ({ subject, path, sources }) => {
    const place = scratch();
    const [fromFlag, fromEnvironment, fromProject, fromUser] = subject.values;
    const line = path.includes('.') ? 2 : 1;
    let project = '';
    let user = '';
    if (sources.includes(2)) project = place.write(PROJECT_FILE, yaml(path, fromProject));
    if (sources.includes(3)) user = place.write(USER_FILE, yaml(path, fromUser));
    const loaded = await place.load({
      env: sources.includes(1) ? { [subject.env]: String(fromEnvironment) } : {},
      flags: sources.includes(0) ? { [path]: fromFlag } : {},
    });

    const strongest = sources[0] ?? 4;
    const origins = [
      { source: 'flag', location: subject.flagLocation },
      { source: 'env', location: subject.env },
      { source: 'file', location: `${project}:${String(line)}` },
      { source: 'user-file', location: `${user}:${String(line)}` },
      { source: 'default', location: 'default' },
    ];
    expect({ value: loaded.values.get(path), origin: loaded.origins.get(path) }).toEqual({
      value: subject.values[strongest],
      origin: origins[strongest],
    });
    expect(loaded.files).toEqual([project, user].filter((file) => file !== ''));
  });
});

test('the environment twin of a flag beats the variable of the setting', async () => {
  const loaded = await scratch().load({
    env: { INV_OUTPUT_FORMAT: 'csv' },
    flagVariables: { 'output.format': 'json' },
  });
  expect([loaded.config.output.format, loaded.origins.get('output.format')]).toEqual([
    'json',
    { source: 'env', location: 'INV_FORMAT' },
  ]);
});

test('null in a file counts as not given, so a copy of the shipped file hides no address', async () => {
  const place = scratch();
  place.write(PROJECT_FILE, 'mysql:\n  url: null\n  pool_size_max:\nredis:\n');
  place.write(USER_FILE, 'mysql:\n  url: mysql://shop@localhost/books\n  pool_size_max: 3\n');
  const { config } = await place.load();
  expect([config.mysql.url, config.mysql.poolSizeMax]).toEqual(['mysql://shop@localhost/books', 3]);
});

describe('the project file', () => {
  test('is the nearest one upward, .yaml before .yml before .json', async () => {
    const place = scratch();
    const above = place.write('shop/inventory.config.yaml', 'actor: above\n');
    expect((await place.load()).files).toEqual([above]);
    const json = place.write(
      'shop/north/inventory.config.json',
      '{\n\t"actor": "json \\u00e9\\/"\n}\n',
    );
    const loaded = await place.load();
    expect([loaded.files, loaded.config.actor]).toEqual([[json], 'json é/']);
    const yml = place.write('shop/north/inventory.config.yml', 'actor: yml\n');
    const both = await place.load();
    expect([both.files, both.warnings]).toEqual([
      [yml],
      [`${json} is ignored, because ${yml} is read`],
    ]);
  });

  test('is looked for in the home folder and not above it', async () => {
    const place = scratch();
    const atHome = place.write('inventory.config.yaml', 'actor: home\n');
    expect((await place.load()).files).toEqual([atHome]);
    expect((await place.load({ homeDirectory: place.project })).files).toEqual([]);
  });

  test('is replaced by --config; the user file stays', async () => {
    const place = scratch();
    place.write(PROJECT_FILE, 'actor: project\nstock:\n  location: P\n');
    const user = place.write(USER_FILE, 'stock:\n  location: U\n');
    const named = place.write('elsewhere/any.conf', 'actor: named\n');
    const loaded = await place.load({ configFile: '~/elsewhere/any.conf' });
    expect([loaded.config.actor, loaded.config.stock.location, loaded.files]).toEqual([
      'named',
      'U',
      [named, user],
    ]);
  });

  test.each([
    ['an empty file', ''],
    ['blank lines', ' \n\n'],
    ['only comments', '# nothing yet\n'],
    ['only a null', '~\n'],
    ['a byte-order mark alone', '\uFEFF'],
    ['an empty document', '---\n'],
    ['an empty object', '{}\n'],
  ])('changes nothing when it is %s', async (_, content) => {
    const place = scratch();
    const file = place.write(PROJECT_FILE, content);
    const loaded = await place.load();
    const bare = await scratch().load({ homeDirectory: place.home });
    expect([loaded.config, loaded.files]).toEqual([bare.config, [file]]);
  });

  test('may begin with a byte-order mark and end its lines with CRLF', async () => {
    const place = scratch();
    const file = place.write(PROJECT_FILE, '\uFEFFactor: Zoë\r\nmysql:\r\n  pool_size_max: 4\r\n');
    const loaded = await place.load();
    expect([loaded.config.actor, loaded.config.mysql.poolSizeMax]).toEqual(['Zoë', 4]);
    expect(loaded.origins.get('mysql.pool_size_max')?.location).toBe(`${file}:3`);
  });

  test('never runs code that lies beside it', async () => {
    const place = scratch();
    const trap = `throw new Error('executed');`;
    place.write('shop/north/.config/config.js', trap);
    place.write('shop/north/.config/config.cjs', trap);
    place.write('shop/north/inventory.config.js', trap);
    place.write(PROJECT_FILE, 'actor: safe\n');
    expect((await place.load()).config.actor).toBe('safe');
  });
});

describe('folders', () => {
  test('of files and private servers follow the XDG variables, unless those are relative', async () => {
    const place = scratch();
    const paths = async (env: Record<string, string>): Promise<readonly string[]> => {
      const loaded = await place.load({ env });
      return [loaded.config.home, loaded.userFile];
    };
    const usual = [`${place.home}/.local/share/inv`, `${place.home}/.config/inv/config.yaml`];
    expect(await paths({})).toEqual(usual);
    expect(await paths({ XDG_DATA_HOME: 'x', XDG_CONFIG_HOME: '' })).toEqual(usual);
    expect(await paths({ XDG_DATA_HOME: '/d', XDG_CONFIG_HOME: '/c' })).toEqual([
      '/d/inv',
      '/c/inv/config.yaml',
    ]);
    expect((await paths({ XDG_DATA_HOME: '/d', INV_HOME: '/mine' }))[0]).toBe('/mine');
  });

  test('are relative to what names them: a file to itself, a variable to the working folder', async () => {
    const place = scratch();
    place.write('shop/inventory.config.yaml', 'home: data\nmysql:\n  tls_ca_file: ~/ca.pem\n');
    const { config } = await place.load({ env: { INV_REDIS_TLS_CA_FILE: '../redis.pem' } });
    expect([config.home, config.mysql.tlsCaFile, config.redis.tlsCaFile]).toEqual([
      `${place.home}/shop/data`,
      `${place.home}/ca.pem`,
      `${place.home}/shop/redis.pem`,
    ]);
  });
});
