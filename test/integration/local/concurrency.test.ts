import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, chownSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { ensureLocalServers } from '../../../src/local/ensure.ts';
import { stopLocalServers } from '../../../src/local/stop.ts';
import { bundleLocalProcess, runLocalProcess } from '../../support/run-local-process.ts';
import { localOptions } from '../../support/servers-options.ts';
import { temporaryFolder } from '../../support/servers.ts';

let script = '';
let home = '';
beforeAll(() => {
  script = bundleLocalProcess(temporaryFolder('script'));
});
afterEach(async () => {
  if (home !== '') await stopLocalServers(localOptions(home));
});

test('of 20 processes that start at once, one starts the servers and all find the same ones', async () => {
  home = temporaryFolder();
  const runs = Array.from({ length: 20 }, () => runLocalProcess(script, ['start', home]).ended);
  const outcomes = await Promise.all(runs);
  const { mysql, redis } = await ensureLocalServers(localOptions(home));
  const same = { code: 0, stdout: JSON.stringify([mysql.pid, redis.pid]), stderr: '' };
  expect(outcomes).toEqual(outcomes.map(() => same));
});

test('a first start that is killed at any point leaves nothing that the next one stumbles over', async () => {
  for (const delayMs of [60, 150, 350, 600]) {
    home = temporaryFolder();
    const { child, ended } = runLocalProcess(script, ['start', home]);
    await sleep(delayMs);
    child.kill('SIGKILL');
    await ended;
    await ensureLocalServers(localOptions(home));
    await stopLocalServers(localOptions(home));
    expect(readdirSync(home).sort()).toEqual(['log', 'mysql', 'redis', 'run', 'tmp']);
    expect(readdirSync(join(home, 'run'))).toEqual([]);
  }
});

test('a stop during a start waits for it and then leaves nothing running', async () => {
  home = temporaryFolder();
  const start = runLocalProcess(script, ['start', home]);
  while (!readdirSync(home).includes('run') || readdirSync(join(home, 'run')).length === 0) {
    await sleep(2);
  }
  expect(await stopLocalServers(localOptions(home))).toEqual({
    mysql: 'stopped',
    redis: 'stopped',
  });
  expect((await start.ended).code).toBe(0);
  expect(readdirSync(join(home, 'run'))).toEqual([]);
});

test('an interrupted start ends what it has started and gives the lock back', async () => {
  home = temporaryFolder();
  const controller = new AbortController();
  const start = ensureLocalServers(localOptions(home, { signal: controller.signal }));
  setTimeout(() => controller.abort(), 100);
  await expect(start).rejects.toMatchObject({ code: 'INTERRUPTED' });
  expect(readdirSync(join(home, 'run'))).toEqual([]);
});

test('the lock is never held by two, although holders are killed with it', async () => {
  const folder = temporaryFolder('lock');
  mkdirSync(folder, { recursive: true });
  home = folder;
  // Five go through 30 rounds; five are killed in their 4th, 8th, 12th, 16th and 20th.
  const survivors = Array.from({ length: 5 }, () => ['30']);
  const victims = [4, 8, 12, 16, 20].map((rounds) => [String(rounds), 'killed']);
  const runs = [...survivors, ...victims].map(
    (given) => runLocalProcess(script, ['lock', folder, ...given]).ended,
  );
  const outcomes = await Promise.all(runs);
  expect(outcomes.map(({ code, stderr }) => [code, stderr])).toEqual([
    ...survivors.map(() => [0, '']),
    ...victims.map(() => [null, '']),
  ]);
  expect(readdirSync(folder)).not.toContain('met');
  expect(readFileSync(join(folder, 'rounds'), 'utf8')).toHaveLength(5 * 30 + 60);
});

test.skipIf(process.getuid?.() !== 0)('an ordinary user has servers of their own', async () => {
  const nobody = { uid: 65534, gid: 65534 };
  const folder = mkdtempSync('/tmp/inv-user-');
  chownSync(folder, nobody.uid, nobody.gid);
  try {
    const reachable = bundleLocalProcess(folder);
    home = join(folder, 'home');
    const start = await runLocalProcess(reachable, ['start', home], nobody).ended;
    expect(start).toMatchObject({ code: 0, stderr: '' });
    const stop = await runLocalProcess(reachable, ['stop', home], nobody).ended;
    expect(JSON.parse(stop.stdout)).toEqual({ mysql: 'stopped', redis: 'stopped' });
  } finally {
    home = '';
    rmSync(folder, { recursive: true, force: true });
  }
});
