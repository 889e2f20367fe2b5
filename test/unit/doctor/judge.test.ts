import { describe, expect, test } from 'vitest';
import type { MysqlFacts, RedisFacts } from '../../../src/ports/server-facts.ts';
import type { Check } from '../../../src/services/doctor/check.ts';
import { judgeMachine } from '../../../src/services/doctor/judge-machine.ts';
import { judgeMysql, MYSQL_CHECK_IDS } from '../../../src/services/doctor/judge-mysql.ts';
import type { MysqlFindings } from '../../../src/services/doctor/judge-mysql.ts';
import { judgeRedis, REDIS_CHECK_IDS } from '../../../src/services/doctor/judge-redis.ts';
import type { RedisFindings } from '../../../src/services/doctor/judge-redis.ts';

const VARIABLES = {
  auto_increment_increment: '1',
  binlog_format: 'ROW',
  innodb_flush_log_at_trx_commit: '1',
  log_bin: 'ON',
  sql_mode: 'STRICT_TRANS_TABLES',
  sync_binlog: '1',
  time_zone: '+00:00',
  tx_isolation: 'READ-COMMITTED',
};

const mysqlServer: MysqlFacts = {
  version: '10.11.6-MariaDB-log',
  latencyMs: 0.4,
  clockOffsetMs: 3,
  variables: new Map(Object.entries(VARIABLES)),
  tlsCipher: '',
  account: "'inv'@'%'",
  grants: ["GRANT SELECT ON `shop`.`stock` TO 'inv'@'%'"],
};

const mysql: MysqlFindings = {
  label: 'db:3306',
  database: 'shop',
  isPrivate: false,
  isLocal: true,
  server: mysqlServer,
  schema: { state: 'current', version: 3, latest: 3, problem: null },
  neededGrants: ["GRANT SELECT ON `shop`.stock TO 'inv'@'%'"],
};

function mysqlWith(changes: Partial<MysqlFacts>, more: Partial<MysqlFindings> = {}) {
  return judgeMysql({ ...mysql, ...more, server: { ...mysqlServer, ...changes } });
}

function variable(name: string, value: string) {
  return { variables: new Map(Object.entries({ ...VARIABLES, [name]: value })) };
}

describe('MySQL', () => {
  test('as inv wants it passes every check, in the order of the list', () => {
    const checks = mysqlWith({});
    expect(troubles(checks)).toEqual([]);
    expect(checks.map(({ id }) => id)).toEqual(['mysql.reachable', ...MYSQL_CHECK_IDS]);
  });

  test.each<[string, readonly Check[], string, string]>([
    ['MySQL without CHECKs', mysqlWith({ version: '8.0.15' }), 'mysql.version', 'fail'],
    ['an old MariaDB', mysqlWith({ version: '10.5.9-MariaDB' }), 'mysql.version', 'fail'],
    ['an untested MariaDB', mysqlWith({ version: '10.6.1-MariaDB' }), 'mysql.version', 'warn'],
    ['a far server', mysqlWith({ latencyMs: 80 }), 'mysql.latency', 'warn'],
    ['a clock a day behind', mysqlWith({ clockOffsetMs: -86_400_000 }), 'mysql.clock', 'warn'],
    ['a cluster', mysqlWith(variable('auto_increment_increment', '3')), 'mysql.ids', 'fail'],
    ['lax SQL', mysqlWith(variable('sql_mode', '')), 'mysql.session', 'fail'],
    [
      'repeatable reads',
      mysqlWith(variable('tx_isolation', 'REPEATABLE-READ')),
      'mysql.session',
      'fail',
    ],
    ['no binary log', mysqlWith(variable('log_bin', 'OFF')), 'mysql.durability', 'warn'],
    ['statements', mysqlWith(variable('binlog_format', 'MIXED')), 'mysql.durability', 'warn'],
    [
      'a lazy log',
      mysqlWith(variable('innodb_flush_log_at_trx_commit', '2')),
      'mysql.durability',
      'warn',
    ],
    ['plain text to afar', mysqlWith({}, { isLocal: false }), 'mysql.tls', 'warn'],
    ['too few rights', mysqlWith({ grants: [] }), 'mysql.rights', 'fail'],
    [
      'rights through a role',
      mysqlWith({ grants: ['GRANT `clerk`@`%` TO `inv`@`%`'] }),
      'mysql.rights',
      'warn',
    ],
    [
      'too many rights',
      mysqlWith({ grants: ['GRANT ALL PRIVILEGES ON *.* TO x'] }),
      'mysql.rights',
      'warn',
    ],
    [
      'an old schema',
      mysqlWith({}, { schema: { state: 'behind', version: 1, latest: 3, problem: null } }),
      'mysql.schema',
      'fail',
    ],
  ])('%s is one finding, with an advice where one helps', (_, checks, id, status) => {
    expect(troubles(checks).map((check) => [check.id, check.status])).toEqual([[id, status]]);
  });

  test('names the GRANT that is missing', () => {
    const [check] = troubles(mysqlWith({ grants: [] }));
    expect(check).toEqual({
      id: 'mysql.rights',
      status: 'fail',
      message: "'inv'@'%' may not: SELECT on shop.stock",
      hint: "GRANT SELECT ON shop.stock TO 'inv'@'%';",
    });
  });
});

const redisServer: RedisFacts = {
  flavor: 'redis',
  version: '7.2.4',
  latencyMs: 0.2,
  clockOffsetMs: 0,
  role: 'master',
  isCluster: false,
  maxmemoryPolicy: 'noeviction',
  isAofOn: true,
  isLastWriteOk: true,
  appendfsync: 'always',
  userName: 'inv',
  rights: { missing: [], excess: [] },
};

function redisWith(changes: Partial<RedisFacts>, more: Partial<RedisFindings> = {}) {
  const place = { label: 'r', isPrivate: false, isLocal: true, hasTls: false };
  const findings = { ...place, others: [], ...more };
  return judgeRedis({ ...findings, server: { ...redisServer, ...changes } });
}

function clusterWith(another: Partial<RedisFacts>, changes: Partial<RedisFacts> = {}) {
  const facts = { ...redisServer, isCluster: true };
  const others = [
    { name: 'Redis at b', facts },
    { name: 'Redis at c', facts: { ...facts, ...another } },
  ];
  return redisWith({ isCluster: true, ...changes }, { others });
}

describe('Redis', () => {
  test('as inv wants it passes every check, in the order of the list', () => {
    const checks = redisWith({});
    expect(troubles(checks)).toEqual([]);
    expect(checks.map(({ id }) => id)).toEqual(['redis.reachable', ...REDIS_CHECK_IDS]);
  });

  test('an account that may ask for nothing is told what inv cannot know', () => {
    const nothing = {
      version: undefined,
      role: undefined,
      maxmemoryPolicy: undefined,
      isAofOn: undefined,
      appendfsync: undefined,
      userName: undefined,
    };
    const warned = troubles(redisWith(nothing));
    expect(warned.map(({ id, status }) => [id, status])).toEqual([
      ['redis.version', 'warn'],
      ['redis.role', 'warn'],
      ['redis.eviction', 'warn'],
      ['redis.durability', 'warn'],
    ]);
  });

  test('of a cluster, every node is looked at, and the name of a wrong one is told', () => {
    const findCluster = (checks: readonly Check[]) =>
      checks.find(({ id }) => id === 'redis.cluster');
    expect(findCluster(clusterWith({}, { role: 'slave' }))).toMatchObject({
      status: 'ok',
      message: 'every other master of the cluster is as it should be',
    });
    expect(troubles(clusterWith({}, { role: 'slave' }))).toEqual([]);
    expect(findCluster(clusterWith({ isLastWriteOk: false, isAofOn: false }))).toMatchObject({
      status: 'fail',
      message: 'Redis at c: Redis could not write its append-only file',
    });
  });

  test('Valkey is measured by its own versions', () => {
    expect(troubles(redisWith({ flavor: 'valkey', version: '6.9.0' }))).toEqual([]);
  });

  test.each<[string, readonly Check[], string, string]>([
    ['an old server', redisWith({ version: '6.2.14' }), 'redis.version', 'fail'],
    ['a replica', redisWith({ role: 'slave' }), 'redis.role', 'fail'],
    [
      'another node that is wrong',
      clusterWith({ maxmemoryPolicy: 'lru' }),
      'redis.cluster',
      'fail',
    ],
    ['another node that is lazy', clusterWith({ isAofOn: false }), 'redis.cluster', 'warn'],
    ['eviction', redisWith({ maxmemoryPolicy: 'allkeys-lru' }), 'redis.eviction', 'fail'],
    ['a hidden policy', redisWith({ maxmemoryPolicy: undefined }), 'redis.eviction', 'warn'],
    ['no AOF', redisWith({ isAofOn: false }), 'redis.durability', 'warn'],
    ['a lazy AOF', redisWith({ appendfsync: 'everysec' }), 'redis.durability', 'warn'],
    ['a full disk', redisWith({ isLastWriteOk: false }), 'redis.durability', 'fail'],
    [
      'the default user from afar',
      redisWith({ userName: 'default' }, { isLocal: false, hasTls: true }),
      'redis.account',
      'warn',
    ],
    ['plain text to afar', redisWith({}, { isLocal: false }), 'redis.tls', 'warn'],
    ['hidden rights', redisWith({ rights: undefined }), 'redis.rights', 'warn'],
    [
      'too few rights',
      redisWith({ rights: { missing: ['xadd'], excess: [] } }),
      'redis.rights',
      'fail',
    ],
    [
      'too many rights from afar',
      redisWith(
        { rights: { missing: [], excess: ['flushall'] } },
        { isLocal: false, hasTls: true },
      ),
      'redis.rights',
      'warn',
    ],
  ])('%s is one finding', (_, checks, id, status) => {
    expect(troubles(checks).map((check) => [check.id, check.status])).toEqual([[id, status]]);
  });

  test.each([
    ['always', 'fsync'],
    ['everysec', 'memory'],
    ['no', 'memory'],
  ])('with appendfsync %s acknowledges at the level %s', (appendfsync, level) => {
    const check = redisWith({ appendfsync }).find(({ id }) => id === 'redis.durability');
    expect(check?.message).toContain(`acknowledgement level ${level}:`);
  });
});

describe('this machine', () => {
  const facts = {
    nodeVersion: '20.20.2',
    home: '/data/inv',
    folder: '/data',
    freeBytes: 5e9,
    isWritable: true,
    warnings: [],
    configFiles: [],
  };
  test.each([
    ['an old Node', { nodeVersion: '20.18.0' }, 'machine.node', 'fail'],
    ['a full disk', { freeBytes: 5e6 }, 'machine.disk', 'fail'],
    ['little room', { freeBytes: 5e8 }, 'machine.disk', 'warn'],
    ['a folder of others', { isWritable: false }, 'machine.folder', 'warn'],
    ['a warning', { warnings: ['INV_MYSQL_ULR is not used'] }, 'configuration', 'warn'],
  ])('%s is one finding', (_, changes, id, status) => {
    const checks = judgeMachine({ ...facts, ...changes });
    expect(troubles(checks).map((check) => [check.id, check.status])).toEqual([[id, status]]);
  });
});

function troubles(checks: readonly Check[]): readonly Check[] {
  return checks.filter(({ status }) => status !== 'ok');
}
