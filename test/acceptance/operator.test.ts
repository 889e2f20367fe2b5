import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createInstallation, runBinary } from '../support/installation.ts';
import type { CommandResult, Installation } from '../support/installation.ts';
import { temporaryFolder, testServers } from '../support/servers.ts';

let inv: Installation;
beforeAll(async () => {
  inv = await createInstallation();
});
afterAll(() => inv.close());

interface Check {
  readonly id: string;
  readonly status: string;
  readonly message: string;
  readonly hint: string | null;
}

function checksOf(result: CommandResult): ReadonlyMap<string, Check> {
  const { checks } = JSON.parse(result.stdout) as { checks: readonly Check[] };
  return new Map(checks.map((check) => [check.id, check]));
}

/** Another database of the same server, without inv's schema. */
async function emptyDatabase(name: string): Promise<Record<string, string>> {
  await inv.database.sql(`CREATE DATABASE ${name}`);
  const socket = encodeURIComponent(testServers().mysqlSocket);
  return { INV_MYSQL_URL: `mysql://inv_admin@localhost/${name}?socket=${socket}` };
}

describe('inv db on an empty database', () => {
  const name = `t_op_${String(process.pid)}`;
  let env: Record<string, string>;
  beforeAll(async () => {
    env = await emptyDatabase(name);
  });
  afterAll(() => inv.database.sql(`DROP DATABASE ${name}`));

  // One test, because the last step is the end of emptiness.
  test('says what is pending with exit code 6; then twenty processes migrate it at once, each migration once', async () => {
    const status = await inv.run(['db', 'status', '--json'], { env });
    expect(status.exitCode).toBe(6);
    expect(JSON.parse(status.stdout)).toMatchObject({
      version: 0,
      state: 'missing',
      pending: expect.arrayContaining([{ version: 1, name: 'catalogue' }]) as unknown,
    });
    const list = await inv.run(['stock', 'list'], { env });
    expect([list.exitCode, list.stdout]).toEqual([6, '']);
    expect(list.stderr).toContain('inv db migrate');

    const dry = await inv.json(['db', 'migrate', '--dry-run'], { env });
    expect(dry).toMatchObject({ version: 0, dry_run: true });
    const tables = await inv.database.sql(`SHOW TABLES FROM ${name}`);
    expect(tables).toEqual([]);

    const runs = await Promise.all(
      Array.from({ length: 20 }, () => inv.run(['db', 'migrate', '--json'], { env })),
    );
    expect(runs.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual(runs.map(() => [0, '']));
    const applied = runs.flatMap(
      ({ stdout }) => (JSON.parse(stdout) as { applied: { version: number }[] }).applied,
    );
    const rows = await inv.database.sql(
      `SELECT version FROM ${name}.schema_migrations WHERE applied_at IS NOT NULL ORDER BY version`,
    );
    const versions = rows.map((row) => row['version'] as number);
    expect(applied.map(({ version }) => version).sort((a, b) => a - b)).toEqual(versions);
    expect(await inv.json(['db', 'status'], { env })).toEqual({
      version: versions.length,
      latest: versions.length,
      pending: [],
      state: 'current',
    });
  });

  test('a database that does not exist is named as such', async () => {
    const socket = encodeURIComponent(testServers().mysqlSocket);
    const url = `mysql://inv_admin@localhost/nowhere_at_all?socket=${socket}`;
    const result = await inv.run(['db', 'migrate'], { env: { INV_MYSQL_URL: url } });
    expect(result.exitCode).toBe(78);
    expect(result.stderr).toContain('has no such database');
  });
});

describe('a schema that inv must not touch', () => {
  const name = `t_bad_${String(process.pid)}`;
  let env: Record<string, string>;
  beforeAll(async () => {
    env = await emptyDatabase(name);
    await inv.json(['db', 'migrate'], { env });
  });
  afterAll(() => inv.database.sql(`DROP DATABASE ${name}`));

  test.each([
    [
      'an edited migration',
      'edited',
      "UPDATE schema_migrations SET checksum = 'x' WHERE version = 1",
      /migration 0001_catalogue was changed after it was applied/,
    ],
    [
      'a migration that was cut off',
      'half-applied',
      'UPDATE schema_migrations SET applied_at = NULL WHERE version = 2',
      /migration 0002_stock_and_ledger was begun and never finished/,
    ],
    [
      'a database that is newer than inv',
      'newer',
      "INSERT INTO schema_migrations VALUES (9999, 'future', 'x', NOW(), NOW())",
      /migration 9999_future, which this inv does not know/,
    ],
  ])(
    '%s is refused with exit code 78, by status, migrate and doctor alike',
    async (_, state, damage, message) => {
      await inv.database.sql(
        `CREATE TABLE ${name}.keep AS SELECT * FROM ${name}.schema_migrations`,
      );
      await inv.database.sql(damage.replace('schema_migrations', `${name}.schema_migrations`));
      try {
        const status = await inv.inside(['db', 'status', '--json'], { env });
        expect([status.exitCode, status.stdout]).toEqual([78, '']);
        expect(JSON.parse(status.stderr)).toMatchObject({
          error: {
            code: 'BAD_CONFIGURATION',
            state,
            message: expect.stringMatching(message) as unknown,
          },
        });
        const migrate = await inv.inside(['db', 'migrate'], { env });
        expect([migrate.exitCode, migrate.stdout]).toEqual([78, '']);
        const doctor = await inv.inside(['doctor', '--json'], { env });
        expect(doctor.exitCode).toBe(6);
        expect(checksOf(doctor).get('mysql.schema')).toMatchObject({
          status: 'fail',
          message: expect.stringMatching(message) as unknown,
        });
      } finally {
        await inv.database.sql(`DELETE FROM ${name}.schema_migrations`);
        await inv.database.sql(`INSERT INTO ${name}.schema_migrations SELECT * FROM ${name}.keep`);
        await inv.database.sql(`DROP TABLE ${name}.keep`);
      }
    },
  );
});

describe('when a store does not let inv in', () => {
  const nobody = {
    INV_MYSQL_URL: 'mysql://inv@127.0.0.1:1/shop',
    INV_REDIS_URL: 'redis://127.0.0.1:1',
  };

  test.each([
    ['db status', ['db', 'status']],
    ['db migrate', ['db', 'migrate']],
    ['db wait', ['db', 'wait', '--timeout', '1s']],
    ['doctor', ['doctor']],
  ])('%s ends with 69 when nobody listens', async (_, args) => {
    expect((await inv.inside(args, { env: nobody })).exitCode).toBe(69);
  });

  test('plain text to another machine is refused before anything is sent', async () => {
    for (const url of [
      { INV_MYSQL_URL: 'mysql://u@db.example/x' },
      { INV_REDIS_URL: 'redis://r.example' },
    ]) {
      const result = await inv.inside(['doctor'], { env: url });
      expect([result.exitCode, result.stdout]).toEqual([78, '']);
      expect(result.stderr).toContain('without TLS');
    }
  });

  test('a wrong password is exit 77, a finding of the doctor, and shown nowhere', async () => {
    const user = `op_${String(process.pid)}`;
    await inv.database.sql(`CREATE USER '${user}'@'localhost' IDENTIFIED BY 'right-secret'`);
    await inv.database.sql(
      `GRANT ALL PRIVILEGES ON ${inv.database.name}.* TO '${user}'@'localhost'`,
    );
    const socket = encodeURIComponent(testServers().mysqlSocket);
    const env = {
      INV_MYSQL_URL: `mysql://${user}@localhost/${inv.database.name}?socket=${socket}`,
      INV_MYSQL_PASSWORD: 'wrong-secret',
    };
    try {
      const status = await inv.run(['db', 'status', '--debug'], { env });
      expect(status.exitCode).toBe(77);
      const doctor = await inv.run(['doctor', '--json'], { env });
      expect(doctor.exitCode).toBe(6);
      const checks = checksOf(doctor);
      expect(checks.get('mysql.reachable')).toMatchObject({ status: 'fail' });
      expect(checks.get('mysql.schema')).toMatchObject({ status: 'skipped' });
      const shown = await inv.run(['config', 'show', '--origin'], { env });
      for (const { stdout, stderr } of [status, doctor, shown]) {
        expect(stdout + stderr).not.toContain('wrong-secret');
      }
      const right = { ...env, INV_MYSQL_PASSWORD: 'right-secret' };
      const tooMuch = checksOf(await inv.run(['doctor', '--json'], { env: right }));
      expect(tooMuch.get('mysql.rights')).toMatchObject({
        status: 'warn',
        message: `'${user}'@'localhost' may do more than inv needs: ALL PRIVILEGES on ${inv.database.name}.*`,
      });
    } finally {
      await inv.database.sql(`DROP USER '${user}'@'localhost'`);
    }
  });
});

test('doctor passes on an installation that is in order, and names the level of Redis', async () => {
  const result = await inv.run(['doctor', '--json']);
  const checks = checksOf(result);
  // The servers of the tests are made fast, not durable.
  const warned = [...checks.values()].filter(({ status }) => status !== 'ok').map(({ id }) => id);
  expect(warned).toEqual(['mysql.durability', 'redis.durability']);
  expect(checks.get('redis.durability')?.message).toContain('appendfsync no');
  expect(checks.get('mysql.rights')).toMatchObject({ status: 'ok' });
  expect(result.exitCode).toBe(0);
});

test('db wait answers with the versions of both stores', async () => {
  expect(await inv.json(['db', 'wait', '--timeout', '20s'])).toEqual({
    mysql: {
      version: expect.stringMatching(/^\d+\./) as unknown,
      waited_ms: expect.any(Number) as unknown,
    },
    redis: {
      version: expect.stringMatching(/^\d+\./) as unknown,
      waited_ms: expect.any(Number) as unknown,
    },
  });
});

describe('inv config', () => {
  test('validate lists all problems of all sources at once, with exit code 78', async () => {
    const folder = mkdtempSync(join(inv.folder, 'bad-'));
    writeFileSync(
      join(folder, 'inventory.config.yaml'),
      'mysql:\n  pool_size_max: none\nstocks: 1\n',
    );
    const env = { INV_REDIS_COMMAND_TIMEOUT_MS: 'soon' };
    const result = await inv.run(['config', 'validate'], { cwd: folder, env });
    expect([result.exitCode, result.stdout]).toEqual([78, '']);
    for (const part of ['pool_size_max', 'stocks', 'INV_REDIS_COMMAND_TIMEOUT_MS', '3 problems']) {
      expect(result.stderr).toContain(part);
    }
  });

  test('show takes a setting or a section, and says what is near a wrong name', async () => {
    const settings = (rows: unknown) => (rows as { setting: string }[]).map((row) => row.setting);
    const one = await inv.json(['config', 'show', 'stock.location']);
    expect(settings(one)).toEqual(['stock.location']);
    const section = settings(await inv.json(['config', 'show', 'stock']));
    expect(section).toContain('stock.strategy');
    expect(section.filter((setting) => !setting.startsWith('stock.'))).toEqual([]);
    const wrong = await inv.run(['config', 'show', 'stock.locatoin', '--json']);
    expect([wrong.exitCode, wrong.stdout]).toEqual([4, '']);
    expect(JSON.parse(wrong.stderr)).toMatchObject({
      error: { code: 'NOT_FOUND', hint: 'inv config show stock.location' },
    });
  });

  test('show names the flag, its variable, the variable, the file and the default', async () => {
    const folder = mkdtempSync(join(inv.folder, 'good-'));
    const file = join(folder, 'inventory.config.yaml');
    writeFileSync(file, 'stock:\n  location: EAST\n');
    const env = { INV_TIMEOUT: '30s', INV_RETRY_FACTOR: '3' };
    const args = ['config', 'show', '--origin', '--color', 'never', '--json'];
    const result = await inv.run(args, { cwd: folder, env });
    const rows = JSON.parse(result.stdout) as {
      setting: string;
      origin: string;
      location: string;
      value: unknown;
    }[];
    const originOf = (setting: string) => {
      const row = rows.find((candidate) => candidate.setting === setting);
      return [row?.value, row?.origin, row?.location];
    };
    expect(originOf('output.color')).toEqual(['never', 'flag', '--color']);
    expect(originOf('output.format')).toEqual(['json', 'flag', '--format']);
    expect(originOf('timeout_ms')).toEqual([30_000, 'env', 'INV_TIMEOUT']);
    expect(originOf('actor')).toEqual(['tester', 'env', 'INV_ACTOR']);
    expect(originOf('retry.factor')).toEqual([3, 'env', 'INV_RETRY_FACTOR']);
    expect(originOf('stock.location')).toEqual(['EAST', 'file', `${file}:2`]);
    expect(originOf('retry.base_ms')).toEqual([1000, 'default', 'default']);
    expect(await inv.run(['config', 'path'], { cwd: folder })).toMatchObject({
      exitCode: 0,
      stdout: `path\n${file}\n`,
    });
  });
});

describe('inv local, beside servers that somebody configured', () => {
  test('reset without a terminal and without --yes touches nothing: exit 2', async () => {
    const result = await inv.run(['local', 'reset', '--json']);
    expect([result.exitCode, result.stdout]).toEqual([2, '']);
    expect(JSON.parse(result.stderr)).toMatchObject({
      error: { code: 'CONFIRMATION_REQUIRED', hint: 'inv local reset --yes' },
    });
  });

  test('stop says that nothing ran; status and install look only', async () => {
    const env = { INV_HOME: temporaryFolder('idle') };
    expect(await inv.json(['local', 'stop'], { env })).toEqual({
      mysql: 'was-not-running',
      redis: 'was-not-running',
      directory: env.INV_HOME,
    });
    expect(await inv.json(['local', 'status'], { env })).toMatchObject({
      mysql: { state: 'stopped', port: null, database: 'inventory', user: 'inv' },
      redis: { state: 'stopped', port: null },
      directory: env.INV_HOME,
    });
    expect(await inv.json(['local', 'install', '--dry-run'], { env })).toEqual({
      missing: [],
      commands: [],
      installed: [],
    });
  });

  test('start warns that other commands use other servers', async () => {
    const env = { INV_HOME: testServers().home };
    const result = await inv.run(['local', 'start'], { env });
    expect(result.exitCode).toBe(0);
    expect(result.stderr).toContain(
      'other commands do not use these servers: mysql.url and redis.url are set',
    );
  });

  test('a home that cannot be written is a warning of the doctor and exit 77 of start', async () => {
    const file = join(inv.folder, 'a-file');
    writeFileSync(file, '');
    const env = {
      PATH: inv.env['PATH'] ?? '',
      HOME: join(file, 'home'),
      INV_HOME: join(file, 'inv'),
    };
    const cwd = inv.folder;
    const start = await runBinary(['local', 'start'], { env, cwd });
    expect([start.exitCode, start.stdout]).toEqual([77, '']);
    const doctor = await runBinary(['doctor', '--json'], { env, cwd });
    expect(doctor.exitCode).toBe(0);
    const checks = checksOf(doctor);
    expect(checks.get('machine.folder')).toMatchObject({ status: 'warn' });
    expect(checks.get('mysql.reachable')).toMatchObject({
      status: 'warn',
      message: 'the private MySQL is not running; commands start it when they need it',
      hint: 'inv local start',
    });
  });
});
