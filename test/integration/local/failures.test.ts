import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { ensureLocalServers } from '../../../src/local/ensure.ts';
import { askServer } from '../../../src/local/handshake.ts';
import { localPaths } from '../../../src/local/paths.ts';
import { localStatus } from '../../../src/local/status.ts';
import { stopLocalServers } from '../../../src/local/stop.ts';
import { errorOf, runBinary } from '../../support/installation.ts';
import { localOptions } from '../../support/servers-options.ts';
import { temporaryFolder, testServers } from '../../support/servers.ts';

let home = '';
afterEach(async () => {
  if (home !== '') await stopLocalServers(localOptions(home));
});

test('a machine without servers is told how to install them', async () => {
  home = temporaryFolder();
  const env = { PATH: home, INV_MYSQLD: join(home, 'none'), INV_REDIS_SERVER: join(home, 'none') };
  const options = localOptions(home, { env });
  await expect(ensureLocalServers(options)).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    message: `INV_MYSQLD names ${join(home, 'none')}, which is not a program`,
    hint: 'inv local install',
  });
  const status = await localStatus(options);
  expect([status.mysql.state, status.redis.state]).toEqual(['not-installed', 'not-installed']);
});

test('a damaged data folder fails with the words of the server, and leaves no process', async () => {
  home = temporaryFolder();
  const options = localOptions(home);
  await ensureLocalServers(options);
  await stopLocalServers(options);
  truncateSync(join(home, 'mysql/ibdata1'), 4096);
  await expect(ensureLocalServers(options)).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    message: expect.stringMatching(/the private MySQL did not start: it ended.*[\s\S]*InnoDB/),
    hint: `the whole log is ${join(home, 'log/mysql.log')}`,
  });
  expect(readdirSync(join(home, 'run'))).toEqual([]);
});

test('a Redis that cannot start takes the MySQL of the same start with it', async () => {
  home = temporaryFolder();
  const options = localOptions(home, { redis: { extraArguments: ['--no-such-setting', '1'] } });
  await expect(ensureLocalServers(options)).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    message: expect.stringMatching(/the private Redis did not start[\s\S]*no-such-setting/),
  });
  expect(readdirSync(join(home, 'run'))).toEqual([]);
});

test('a start that comes to nothing in time says so and is ended', async () => {
  home = temporaryFolder();
  const sleeper = join(home, 'redis-server');
  writeFileSync(sleeper, '#!/bin/sh\n[ "$1" = --version ] || exec tail -f "$0"\n', { mode: 0o755 });
  const env = { ...process.env, INV_REDIS_SERVER: sleeper };
  // MySQL runs already: one that is told to end while it starts may take its time over that.
  const { redis } = await ensureLocalServers(localOptions(home));
  process.kill(redis.pid, 'SIGKILL');
  await expect.poll(() => isAlive(redis.pid), { timeout: 10_000 }).toBe(false);
  const begun = performance.now();
  await expect(
    ensureLocalServers(localOptions(home, { env, startTimeoutMs: 2000 })),
  ).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(performance.now() - begun).toBeLessThan(10_000);
});

test.each(['mysql', 'redis'] as const)(
  'a %s that hangs is named with its process long before a start would be given up, and left alone',
  async (kind) => {
    home = temporaryFolder();
    const options = localOptions(home, { startTimeoutMs: 300_000 });
    const { pid, socket } = (await ensureLocalServers(options))[kind];
    const name = kind === 'mysql' ? 'MySQL' : 'Redis';
    process.kill(pid, 'SIGSTOP');
    try {
      await expect(ensureLocalServers(options)).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
        message: `the private ${name} runs (process ${pid}) and does not answer on ${socket}`,
        hint: expect.stringMatching(/^inv local stop, which kills/) as string,
        facts: { store: kind, pid },
      });
      expect(isAlive(pid)).toBe(true);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    const again = await ensureLocalServers(options);
    expect(again[kind].pid).toBe(pid);
  },
);

test('a command says so as well, instead of waiting for a start', async () => {
  home = temporaryFolder();
  const { mysql, redis } = await ensureLocalServers(localOptions(home));
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, INV_HOME: home };
  const patient = { ...env, INV_LOCAL_START_TIMEOUT_MS: '300000' };
  expect((await runBinary(['product', 'add', 'MUG', '--name', 'Mug'], { env })).exitCode).toBe(0);
  for (const [pid, args] of [
    [mysql.pid, ['stock', 'in', 'MUG', '1']],
    [redis.pid, ['worker', 'once']],
  ] as const) {
    process.kill(pid, 'SIGSTOP');
    try {
      const result = await runBinary([...args, '--json'], { env: patient });
      expect(result.exitCode).toBe(69);
      expect(errorOf(result)).toMatchObject({
        code: 'STORE_UNAVAILABLE',
        message: expect.stringContaining(`runs (process ${pid}) and does not answer`) as string,
        pid,
      });
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  }
  expect((await runBinary(['stock', 'in', 'MUG', '1'], { env })).exitCode).toBe(0);
});

test('a stale pid file never makes us end or trust a process that is not ours', async () => {
  home = temporaryFolder();
  const shared = testServers();
  const sharedPid = readFileSync(join(shared.home, 'run/mysql.pid'), 'utf8');
  mkdirSync(join(home, 'run'), { mode: 0o700 });
  // A server of the same kind that works elsewhere, and a process of another kind.
  writeFileSync(join(home, 'run/mysql.pid'), sharedPid);
  writeFileSync(join(home, 'run/redis.pid'), `${process.pid}\n`);

  expect(await stopLocalServers(localOptions(home))).toEqual({
    mysql: 'was-not-running',
    redis: 'was-not-running',
  });
  expect(await askServer('mysql', shared.mysqlSocket, 2000)).toBe('ready');

  writeFileSync(join(home, 'run/mysql.pid'), sharedPid);
  writeFileSync(join(home, 'run/redis.pid'), `${process.pid}\n`);
  const { mysql, redis } = await ensureLocalServers(localOptions(home));
  expect([mysql.pid, redis.pid]).not.toContain(Number(sharedPid));
  expect(redis.pid).not.toBe(process.pid);
});

test('a home that is too deep for sockets gets a short private folder, which goes with the stop', async () => {
  home = join(temporaryFolder(), 'a-folder-with-a-long-name'.repeat(6), '仓库');
  const options = localOptions(home);
  const { sockets } = localPaths(options);
  const servers = await ensureLocalServers(options);
  expect(servers.mysql.socket).toBe(join(sockets, 'mysql.sock'));
  expect(Buffer.byteLength(servers.mysql.socket)).toBeLessThan(104);
  expect(await askServer('redis', servers.redis.socket, 2000)).toBe('ready');
  await stopLocalServers(options);
  expect(existsSync(sockets)).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
