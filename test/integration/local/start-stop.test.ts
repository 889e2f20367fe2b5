import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ensureLocalServers } from '../../../src/local/ensure.ts';
import { findRunning } from '../../../src/local/state-file.ts';
import { localStatus } from '../../../src/local/status.ts';
import { stopLocalServers } from '../../../src/local/stop.ts';
import { localOptions, temporaryFolder } from '../../support/servers.ts';

test('a stop leaves data and logs, and no process, socket, pid, state or lock file', async () => {
  const home = temporaryFolder();
  const options = localOptions(home);
  const started = await ensureLocalServers(options);
  expect(findRunning(options)).toEqual(started);
  expect((await localStatus(options)).mysql.state).toBe('running');

  expect(await stopLocalServers(options)).toEqual({ mysql: 'stopped', redis: 'stopped' });

  expect(readdirSync(join(home, 'run'))).toEqual([]);
  expect(readdirSync(home).sort()).toEqual(['log', 'mysql', 'redis', 'run', 'tmp']);
  expect(findRunning(options)).toBeUndefined();
  expect(existsSync(`/proc/${started.mysql.pid}`)).toBe(false);
  expect(existsSync(`/proc/${started.redis.pid}`)).toBe(false);
  const status = await localStatus(options);
  expect([status.mysql.state, status.redis.state]).toEqual(['stopped', 'stopped']);
});

test('nobody but the owner can read any file or enter any folder', async () => {
  const home = temporaryFolder();
  const options = localOptions(home);
  await ensureLocalServers(options);
  const open = readdirSync(home, { recursive: true, encoding: 'utf8' })
    .map((name) => join(home, name))
    .filter((path) => !statSync(path).isSocket() && (statSync(path).mode & 0o077) !== 0);
  await stopLocalServers(options);
  expect(open).toEqual([]);
});
