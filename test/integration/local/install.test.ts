import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { describePlan, planInstall } from '../../../src/local/install-plan.ts';
import { installLocalServers } from '../../../src/local/install.ts';
import type { LocalOptions } from '../../../src/local/options.ts';
import { localOptions } from '../../support/servers-options.ts';
import { temporaryFolder } from '../../support/servers.ts';

/** Package managers of the test's own: each writes down how it was called and "installs" a file. */
let folder = '';
let env: LocalOptions['env'] = {};
const machine = { packageLists: '/nowhere', systemdMarker: '/nowhere', nowMs: 0 };

beforeEach(() => {
  folder = temporaryFolder('install');
  env = {
    PATH: `${folder}:/usr/bin:/bin`,
    INV_MYSQLD: join(folder, 'mysqld'),
    INV_REDIS_SERVER: join(folder, 'redis-server'),
    CALLS: join(folder, 'calls'),
    FOLDER: folder,
  };
});

const APT_INSTALL =
  'env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=60 -o Acquire::http::Timeout=30';
const APT_UPDATE =
  'env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get update -q -o DPkg::Lock::Timeout=60 -o Acquire::http::Timeout=30';

test('nothing is planned, and nothing run, when both servers are here', async () => {
  const options = localOptions(folder, { uid: 0 });
  const plan = planInstall(options, machine);
  expect(plan).toEqual({
    manager: null,
    missing: [],
    refresh: null,
    refreshFirst: false,
    steps: [],
  });
  expect(await installLocalServers(options, plan)).toEqual([]);
});

test('as root on Debian: lists are refreshed, the service stays off, what is missing is installed', async () => {
  tool('apt-get', 'case "$*" in *mariadb*) program mysqld;; *redis*) program redis-server;; esac');
  tool('systemctl', '');
  const options = localOptions(folder, { uid: 0, env });
  const plan = planInstall(options, { ...machine, systemdMarker: folder });
  const lines = [
    APT_UPDATE,
    `${APT_INSTALL} mariadb-server-core mariadb-client-core`,
    'systemctl mask --runtime redis-server.service',
    `${APT_INSTALL} redis-server`,
    'systemctl unmask --runtime redis-server.service',
    'systemctl disable redis-server.service',
  ];
  expect(describePlan(plan)).toEqual(lines);
  expect(await installLocalServers(options, plan)).toEqual(['mysql', 'redis']);
  expect(calls()).toEqual(lines.map((line) => line.replace(/^env \S+ \S+ /, '')));
});

test('a package that is not known under its first name is looked for after a refresh, then by older names', async () => {
  tool(
    'apt-get',
    'case "$*" in *core-10.6*) program mysqld;; *redis*) program redis-server;; *update*) ;; *) echo "E: Unable to locate package"; exit 100;; esac',
  );
  const lists = join(folder, 'lists');
  mkdirSync(lists);
  writeFileSync(join(lists, 'archive_Packages.lz4'), '');
  const options = localOptions(folder, { uid: 0, env });
  const plan = planInstall(options, { ...machine, packageLists: lists });
  expect(plan.refreshFirst).toBe(false);
  expect(await installLocalServers(options, plan)).toEqual(['mysql', 'redis']);
});

test('a failed installation ends with what the package manager said', async () => {
  tool('apt-get', 'echo "E: no space left on device"; exit 100');
  const heard: string[] = [];
  const options = localOptions(folder, { uid: 0, env, report: (line) => heard.push(line) });
  await expect(installLocalServers(options, planInstall(options, machine))).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    message: 'MySQL could not be installed:\n    E: no space left on device\n    exit code 100',
    hint: `${APT_INSTALL} mariadb-server-core mariadb-client-core`,
  });
  expect(heard[0]).toBe(`$ ${APT_UPDATE}`);
});

test('an ordinary user whom sudo asks for a password is told what root would run', async () => {
  tool('apt-get', '');
  tool('sudo', 'exit 1');
  const options = localOptions(folder, { uid: 1000, userName: 'ann', env });
  await expect(installLocalServers(options, planInstall(options, machine))).rejects.toMatchObject({
    code: 'NOT_PERMITTED',
    message: 'installing needs root: this is user ann, and sudo asks for a password',
  });
  expect(calls()).toEqual(['sudo -n true']);
});

test('a package manager that hangs is ended when the time is over', async () => {
  tool('apt-get', 'exec sleep 30');
  const options = localOptions(folder, { uid: 0, env });
  const begun = performance.now();
  await expect(
    installLocalServers(options, planInstall(options, machine), 300),
  ).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(performance.now() - begun).toBeLessThan(5000);
});

function tool(name: string, body: string): void {
  const script = [
    '#!/bin/sh',
    `echo "${name} $*" >> "$CALLS"`,
    'program() { cp /bin/true "$FOLDER/$1"; }',
    body,
    '',
  ].join('\n');
  writeFileSync(join(folder, name), script, { mode: 0o755 });
}

function calls(): string[] {
  return readFileSync(join(folder, 'calls'), 'utf8').trimEnd().split('\n');
}
