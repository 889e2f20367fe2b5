import { readdirSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { ensureLocalServers } from '../../../src/local/ensure.ts';
import { findProcess } from '../../../src/local/process-table.ts';
import { resetLocalServers } from '../../../src/local/reset.ts';
import { findRunning } from '../../../src/local/state-file.ts';
import { localStatus } from '../../../src/local/status.ts';
import { stopLocalServers } from '../../../src/local/stop.ts';
import { localOptions } from '../../support/servers-options.ts';
import { temporaryFolder } from '../../support/servers.ts';

let home = '';
afterEach(async () => {
  if (home !== '') await stopLocalServers(localOptions(home));
});

test('a stop leaves data and logs, and no process, socket, pid, state or lock file', async () => {
  home = temporaryFolder();
  const options = localOptions(home);
  const started = await ensureLocalServers(options);
  expect(findRunning(options)).toEqual(started);

  expect(await stopLocalServers(options)).toEqual({ mysql: 'stopped', redis: 'stopped' });

  expect(readdirSync(join(home, 'run'))).toEqual([]);
  expect(readdirSync(home).sort()).toEqual(['log', 'mysql', 'redis', 'run', 'tmp']);
  expect(findRunning(options)).toBeUndefined();
  expect(findProcess(started.mysql.pid)).toBeUndefined();
  expect(findProcess(started.redis.pid)).toBeUndefined();
  expect(await stopLocalServers(options)).toEqual({
    mysql: 'was-not-running',
    redis: 'was-not-running',
  });
});

test('status names socket, accounts and versions, and nobody else can read a file', async () => {
  home = temporaryFolder();
  const options = localOptions(home);
  const before = await localStatus(options);
  expect(readdirSync(home)).toEqual([]);
  expect([before.mysql.state, before.redis.state]).toEqual(['stopped', 'stopped']);

  const { mysql, redis } = await ensureLocalServers(options);

  expect(await localStatus(options)).toEqual({
    mysql: {
      ...mysql,
      state: 'running',
      socket: join(home, 'run/mysql.sock'),
      port: null,
      log_file: join(home, 'log/mysql.log'),
      database: 'inventory',
      user: 'inv',
      admin_user: 'inv_admin',
    },
    redis: {
      ...redis,
      state: 'running',
      socket: join(home, 'run/redis.sock'),
      port: null,
      log_file: join(home, 'log/redis.log'),
    },
    directory: home,
  });
  const open = readdirSync(home, { recursive: true, encoding: 'utf8' })
    .map((name) => join(home, name))
    .filter((path) => !statSync(path).isSocket() && (statSync(path).mode & 0o077) !== 0);
  expect(open).toEqual([]);
});

test('by default a killed Redis comes back with all it had acknowledged, beside the same MySQL', async () => {
  home = temporaryFolder();
  const durable = localOptions(home, { redis: {}, mysql: {} });
  const before = await ensureLocalServers(durable);
  const setting = async (name: string): Promise<string | undefined> =>
    (await redis(before.redis.socket, `CONFIG GET ${name}`)).split('\r\n')[4];
  expect(await setting('appendfsync')).toBe('always');
  expect(await setting('maxmemory-policy')).toBe('noeviction');
  expect(await setting('port')).toBe('0');
  expect(await redis(before.redis.socket, 'SET kept 42')).toBe('+OK');
  process.kill(before.redis.pid, 'SIGKILL');

  const after = await ensureLocalServers(durable);

  expect(after.mysql).toEqual(before.mysql);
  expect(after.redis.pid).not.toBe(before.redis.pid);
  expect(await redis(after.redis.socket, 'GET kept')).toBe('$2\r\n42');
});

test.each([
  ['run folder', 'run'],
  ['whole home', '.'],
])(
  'servers whose %s was deleted are ended and started afresh, never doubled',
  async (_what, part) => {
    home = temporaryFolder();
    const options = localOptions(home);
    const before = await ensureLocalServers(options);
    rmSync(join(home, part), { recursive: true, maxRetries: 5 });

    const after = await ensureLocalServers(options);

    expect(findProcess(before.mysql.pid)).toBeUndefined();
    expect(findProcess(before.redis.pid)).toBeUndefined();
    expect(findRunning(options)).toEqual(after);
  },
);

test('a reset deletes what the servers hold, and the next start is a first start', async () => {
  home = temporaryFolder();
  const options = localOptions(home);
  await ensureLocalServers(options);
  expect(await resetLocalServers(options)).toEqual({ mysql: 'stopped', redis: 'stopped' });
  expect(readdirSync(home)).toEqual(['run']);
  const { redis: server } = await ensureLocalServers(options);
  expect(await redis(server.socket, 'DBSIZE')).toBe(':0');
});

/** One inline command; the reply without its last line end. */
function redis(socket: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const connection = connect(socket, () => connection.write(`${command}\r\n`));
    connection.once('error', reject);
    connection.once('data', (bytes: Buffer) => {
      connection.destroy();
      resolve(bytes.toString().trimEnd());
    });
  });
}
