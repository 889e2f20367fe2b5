import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { migrate } from '../../../src/adapters/mysql/migrate.ts';
import type { MysqlTarget } from '../../../src/adapters/mysql/target.ts';
import { projectRoot, testLimits } from '../../support/database.ts';
import { temporaryFolder, testServers } from '../../support/servers.ts';

let name: string;
let directory: string;
let connection: Connection;
let target: MysqlTarget;

beforeEach(async () => {
  name = `t_${randomBytes(6).toString('hex')}`;
  directory = temporaryFolder('migrations');
  cpSync(join(projectRoot, 'sql', 'migrations'), directory, { recursive: true });
  const socketPath = testServers().mysqlSocket;
  connection = await createConnection({ socketPath, user: 'inv_admin' });
  await connection.query(`CREATE DATABASE ${name}`);
  await connection.query(`USE ${name}`);
  const address = { socketPath };
  target = { label: 'test', address, user: 'inv_admin', password: null, database: name, tls: null };
});
afterEach(async () => {
  await connection.query(`DROP DATABASE ${name}`);
  await connection.end();
});

const run = () => migrate({ target, limits: testLimits, directory });

async function rows(sql: string): Promise<readonly RowDataPacket[]> {
  return (await connection.query<RowDataPacket[]>(sql))[0];
}

/** Refused with these words, and nothing of the database is touched. */
async function expectRefused(message: RegExp): Promise<void> {
  const state = async () => [
    await rows('SELECT * FROM schema_migrations ORDER BY version'),
    await rows(
      `SELECT table_name FROM information_schema.tables WHERE table_schema = '${name}' ORDER BY 1`,
    ),
  ];
  const before = await state();
  await expect(run()).rejects.toMatchObject({
    code: 'BAD_CONFIGURATION',
    message: expect.stringMatching(message),
    hint: expect.any(String),
  });
  expect(await state()).toEqual(before);
}

it('refuses a migration that was edited after it was applied', async () => {
  await run();
  appendFileSync(join(directory, '0001_catalogue.sql'), '\n-- a harmless remark\n');
  await expectRefused(/^migration 0001_catalogue was changed after it was applied here$/);
});

it('takes Windows line ends for no edit', async () => {
  await run();
  const file = join(directory, '0001_catalogue.sql');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('\n', '\r\n'));
  expect(await run()).toEqual([]);
});

it('refuses a migration that broke off, and those after it', async () => {
  await run();
  writeFileSync(
    join(directory, '9000_broken.sql'),
    'CREATE TABLE half (id INT); SELECT * FROM nowhere;',
  );
  writeFileSync(join(directory, '9001_next.sql'), 'CREATE TABLE next (id INT);');
  await expect(run()).rejects.toBeInstanceOf(Error);
  expect(await rows("SHOW TABLES LIKE 'half'")).toHaveLength(1);
  expect(await rows("SHOW TABLES LIKE 'next'")).toHaveLength(0);
  await expectRefused(/^migration 9000_broken was begun and never finished$/);
});

it('refuses a schema that is newer than this inv', async () => {
  writeFileSync(join(directory, '9000_future.sql'), 'CREATE TABLE future (id INT);');
  await run();
  rmSync(join(directory, '9000_future.sql'));
  await expectRefused(/^the database has migration 9000_future, which this inv does not know$/);
});

it('is done once by twenty who start at the same time on an empty database', async () => {
  writeFileSync(join(directory, '9000_slow.sql'), 'CREATE TABLE slow (id INT); SELECT SLEEP(0.2);');
  const applied = await Promise.all(Array.from({ length: 20 }, run));
  const counts = applied.map((migrations) => migrations.length).sort((a, b) => a - b);
  const all = await rows('SELECT version FROM schema_migrations WHERE applied_at IS NOT NULL');
  expect(counts).toEqual([...Array.from({ length: 19 }, () => 0), all.length]);
  expect(await rows("SHOW TABLES LIKE 'slow'")).toHaveLength(1);
});

it('on trial says what would be applied and leaves the database empty', async () => {
  const pending = await migrate({ target, limits: testLimits, directory, dryRun: true });
  expect(pending.map(({ version }) => version).slice(0, 2)).toEqual([1, 2]);
  expect(await rows('SHOW TABLES')).toEqual([]);
});
