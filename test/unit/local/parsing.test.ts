import { expect, test } from 'vitest';
import { serverEnvironment } from '../../../src/local/detached.ts';
import { parseVersion } from '../../../src/local/executables.ts';
import { readGreeting, readPong } from '../../../src/local/handshake.ts';
import { localPaths } from '../../../src/local/paths.ts';
import { parseState } from '../../../src/local/state-file.ts';

test.each([
  [
    'mysql',
    'mysqld',
    'mysqld  Ver 8.0.36-0ubuntu0.22.04.1 for Linux on x86_64 ((Ubuntu))',
    'mysql 8.0.36',
  ],
  [
    'mysql',
    'mysqld',
    '/usr/sbin/mysqld  Ver 10.6.16-MariaDB-0ubuntu0.22.04.1 for debian-linux-gnu',
    'mariadb 10.6.16',
  ],
  [
    'mysql',
    'mariadbd',
    'mariadbd  Ver 11.8.2-MariaDB for osx10.20 on arm64 (Homebrew)',
    'mariadb 11.8.2',
  ],
  [
    'redis',
    'redis-server',
    'Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0',
    'redis 7.0.15',
  ],
  [
    'redis',
    'redis-server',
    'Valkey server v=8.1.1 sha=00000000:0 malloc=jemalloc-5.3.0',
    'valkey 8.1.1',
  ],
  ['redis', 'valkey-server', 'Server v=7.2.5', 'valkey 7.2.5'],
  ['mysql', 'mysqld', '', 'mysql unknown'],
] as const)('%s: the version of %s is read from "%s"', (kind, program, printed, expected) => {
  const { flavor, version } = parseVersion(kind, program, printed);
  expect(`${flavor} ${version}`).toBe(expected);
});

test.each([
  [[], undefined],
  [[74, 0, 0, 0], undefined],
  [[74, 0, 0, 0, 10], 'ready'],
  // Too many connections: it serves, only not us.
  [[23, 0, 0, 0, 255], 'ready'],
  [[72, 84, 84, 80, 47], 'busy'],
])('a first packet of MySQL %j means %s', (bytes, expected) => {
  expect(readGreeting(Buffer.from(bytes))).toBe(expected);
});

test.each([
  ['+PO', undefined],
  ['+PONG\r\n', 'ready'],
  ['-NOAUTH Authentication required.\r\n', 'ready'],
  ['-LOADING Redis is loading the dataset in memory\r\n', 'busy'],
  ['-MASTERDOWN Link with MASTER is down\r\n', 'busy'],
])('an answer of Redis %j means %s', (answer, expected) => {
  expect(readPong(Buffer.from(answer))).toBe(expected);
});

const SERVER = { socket: '/s', pid: 7, flavor: 'redis', version: '7.0.15' };

test.each([
  ['', 'nothing'],
  ['{"mysql":', 'half a file'],
  ['[]', 'a list'],
  [JSON.stringify({ mysql: SERVER }), 'one server'],
  [JSON.stringify({ mysql: SERVER, redis: { ...SERVER, flavor: 'oracle' } }), 'another flavor'],
  [JSON.stringify({ mysql: SERVER, redis: { ...SERVER, pid: '7' } }), 'a pid in quotes'],
])('a state file %j (%s) counts as none', (content) => {
  expect(parseState(content, '/home')).toBeUndefined();
});

test('a state file names both servers', () => {
  const content = JSON.stringify({ mysql: { ...SERVER, flavor: 'mariadb' }, redis: SERVER });
  expect(parseState(content, '/home')).toEqual({
    directory: '/home',
    mysql: { ...SERVER, flavor: 'mariadb' },
    redis: SERVER,
  });
});

test('a server is given no secret and no temporary folder of the session', () => {
  const env = {
    PATH: '/bin',
    HOME: '/h',
    INV_MYSQL_PASSWORD: 's',
    AWS_SECRET: 's',
    TMPDIR: '/run/x',
  };
  expect(serverEnvironment(env)).toEqual({
    PATH: '/bin',
    HOME: '/h',
    TZ: 'UTC',
    UMASK: '0600',
    UMASK_DIR: '0700',
  });
});

test.each([
  [88, false],
  [89, true],
])('sockets below a home of %i bytes lie in the short folder: %s', (length, short) => {
  const directory = `/${'h'.repeat(length - 1)}`;
  const { sockets, run, mysql } = localPaths({ directory, uid: 1000 });
  expect(sockets === run).toBe(!short);
  expect(mysql.socket.length).toBeLessThanOrEqual(103);
});

test('two homes and two users never share a short folder', () => {
  const directory = `/${'h'.repeat(120)}`;
  const folders = [
    localPaths({ directory, uid: 1 }).sockets,
    localPaths({ directory, uid: 2 }).sockets,
    localPaths({ directory: `${directory}2`, uid: 1 }).sockets,
  ];
  expect(new Set(folders).size).toBe(3);
});
