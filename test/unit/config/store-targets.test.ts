import { describe, expect, test } from 'vitest';
import { storeTargets, unconfiguredStore } from '../../../src/config/store-targets.ts';
import type { StoreTargets } from '../../../src/config/store-targets.ts';
import { InvError } from '../../../src/lib/errors.ts';
import { scratch } from './scratch.ts';

async function targets(env: Record<string, string>): Promise<StoreTargets> {
  return storeTargets((await scratch().load({ env })).config);
}

describe('an address is refused when it', () => {
  test.each([
    [
      'is remote without TLS',
      'mysql',
      'mysql://u@db.shop.example/inv',
      'mysql.url points to another machine (db.shop.example) without TLS: use mysqls://…, name the authority in mysql.tls_ca_file, or allow plain text with mysql.insecure',
    ],
    [
      'listens on all interfaces',
      'redis',
      'redis://0.0.0.0',
      'redis.url points to another machine (0.0.0.0) without TLS: use rediss://…, name the authority in redis.tls_ca_file, or allow plain text with redis.insecure',
    ],
    [
      'only looks like this machine',
      'redis',
      'redis://localhost.example.org',
      'redis.url points to another machine (localhost.example.org) without TLS: use rediss://…, name the authority in redis.tls_ca_file, or allow plain text with redis.insecure',
    ],
    [
      'has another scheme',
      'mysql',
      'http://localhost/inv',
      'mysql.url must begin with mysql://, mysqls://, mariadb://',
    ],
    [
      'is of the other store',
      'redis',
      'mysql://u@localhost/inv',
      'redis.url must begin with redis://, rediss://, redis+unix://, unix://',
    ],
    [
      'is no address',
      'mysql',
      'localhost',
      'mysql.url is not an address such as mysql://user@host:3306/database',
    ],
    [
      'has an impossible port',
      'redis',
      'redis://localhost:99999',
      'redis.url is not an address such as redis://host:6379/0',
    ],
    [
      'names no user',
      'mysql',
      'mysql://localhost/inv',
      'mysql.url names no user: mysql://USER@host/database',
    ],
    [
      'names no database',
      'mysql',
      'mysql://u@localhost/',
      'mysql.url names no database: mysql://user@host/DATABASE',
    ],
    [
      'has SQL for a database',
      'mysql',
      'mysql://u@localhost/a`;drop',
      'mysql.url names a database with other characters than letters, digits, _ $ -',
    ],
    [
      'has a name for a number',
      'redis',
      'redis://localhost/main',
      'redis.url names a database that is no number: redis://host:6379/0',
    ],
    [
      'has an unknown parameter',
      'mysql',
      'mysql://u@localhost/inv?ssl=1',
      'mysql.url has a parameter it may not have; there are only socket, tls',
    ],
    [
      'has a relative socket',
      'mysql',
      'mysql://u@localhost/inv?socket=my.sock',
      'mysql.url must name its socket by an absolute path',
    ],
    ['names no host', 'mysql', 'mysql:///inv', 'mysql.url names no host'],
  ])('%s', async (_, store, address, message) => {
    const variable = `INV_${store.toUpperCase()}_URL`;
    const error = await scratch().refusal({ env: { [variable]: address } });
    expect([error.exitCode, error.message]).toEqual([78, `${variable}: ${message}`]);
  });
});

test('more nodes of a cluster are of no use without the address they belong to', async () => {
  const error = await scratch().refusal({ env: { INV_REDIS_CLUSTER_NODES: 'r-2:6379' } });
  expect([error.exitCode, error.message]).toEqual([
    78,
    'INV_REDIS_CLUSTER_NODES: redis.cluster_nodes is set while redis.url is not, and names more nodes of the cluster which that belongs to',
  ]);
});

test('with no address, both stores are private', async () => {
  expect(await targets({})).toEqual({ mysql: { kind: 'private' }, redis: { kind: 'private' } });
});

test('with one address, the other store is not silently private', async () => {
  const onlyMysql = await targets({ INV_MYSQL_URL: 'mysql://u@localhost/inv' });
  expect(onlyMysql.redis).toEqual({ kind: 'unconfigured', setting: 'redis.url' });
  const onlyRedis = await targets({ INV_REDIS_URL: 'redis://localhost' });
  expect(onlyRedis.mysql).toEqual({ kind: 'unconfigured', setting: 'mysql.url' });
  const error = unconfiguredStore('redis.url');
  expect(error instanceof InvError ? [error.code, error.message, error.hint] : error).toEqual([
    'BAD_CONFIGURATION',
    'redis.url: is not set while mysql.url is; this command needs both stores at known addresses',
    'Set INV_REDIS_URL, or unset mysql.url to use private servers for both.',
  ]);
});

const LOCAL_MYSQL = {
  kind: 'url',
  host: 'localhost',
  port: 3306,
  socketPath: null,
  user: 'u',
  password: null,
  database: 'inv',
  tls: null,
};

describe('a MySQL address is understood', () => {
  test.each([
    ['mysql://u@localhost/inv', {}],
    ['mariadb://u@localhost:3307/inv', { port: 3307 }],
    ['mysql://u:p%40%3A%2F@127.9.9.9/inv', { host: '127.9.9.9', password: 'p@:/' }],
    ['mysql://u@[::1]/inv', { host: '::1' }],
    ['mysql://u@localhost/inv?socket=/run/my%20sql.sock', { socketPath: '/run/my sql.sock' }],
    [
      'mysqls://u@db.example/inv',
      { host: 'db.example', tls: { caFile: null, serverName: 'db.example' } },
    ],
    [
      'mysql://u@db.example/inv?tls=true',
      { host: 'db.example', tls: { caFile: null, serverName: 'db.example' } },
    ],
  ])('%s', async (address, differing) => {
    expect((await targets({ INV_MYSQL_URL: address })).mysql).toEqual({
      ...LOCAL_MYSQL,
      ...differing,
    });
  });
});

const LOCAL_REDIS = { ...LOCAL_MYSQL, port: 6379, user: null, database: '0' };

describe('a Redis address is understood', () => {
  test.each([
    ['redis://localhost', {}],
    [
      'redis://app:pw@localhost:6380/15',
      { port: 6380, user: 'app', password: 'pw', database: '15' },
    ],
    ['redis://:pw@localhost', { password: 'pw' }],
    ['redis://localhost/2?socket=/run/r.sock', { socketPath: '/run/r.sock', database: '2' }],
    ['redis+unix:///run/r.sock?db=2', { socketPath: '/run/r.sock', database: '2' }],
    ['unix:///run/r.sock', { socketPath: '/run/r.sock' }],
    [
      'rediss://cache.example',
      { host: 'cache.example', tls: { caFile: null, serverName: 'cache.example' } },
    ],
  ])('%s', async (address, differing) => {
    expect((await targets({ INV_REDIS_URL: address })).redis).toEqual({
      ...LOCAL_REDIS,
      ...differing,
    });
  });
});

test('the settings beside an address add TLS, replace its password, or allow plain text', async () => {
  const { mysql, redis } = await targets({
    INV_MYSQL_URL: 'mysql://u:old@db.example/inv',
    INV_MYSQL_PASSWORD: 'new',
    INV_MYSQL_TLS_CA_FILE: '/etc/ca.pem',
    INV_MYSQL_TLS_SERVER_NAME: 'books',
    INV_REDIS_URL: 'redis://cache.example',
    INV_REDIS_INSECURE: 'yes',
  });
  expect({ mysql, redis }).toEqual({
    mysql: {
      ...LOCAL_MYSQL,
      host: 'db.example',
      password: 'new',
      tls: { caFile: '/etc/ca.pem', serverName: 'books' },
    },
    redis: { ...LOCAL_REDIS, host: 'cache.example' },
  });
});

test('both addresses that are refused are named in one error', async () => {
  const error = await scratch().refusal({
    env: { INV_MYSQL_URL: 'mysql://u@a.example/inv', INV_REDIS_URL: 'redis://b.example' },
  });
  expect(error.message).toMatch(/^2 problems[^]*a\.example[^]*b\.example/);
});
