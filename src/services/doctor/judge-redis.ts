import type { RedisFacts, RedisNode } from '../../ports/server-facts.ts';
import { fail, ok, warn } from './check.ts';
import type { Check } from './check.ts';
import { judgeClock, judgeLatency } from './judge-timing.ts';
import { isOlder } from './version.ts';

export interface RedisFindings {
  readonly label: string;
  readonly isPrivate: boolean;
  readonly isLocal: boolean;
  readonly hasTls: boolean;
  readonly server: RedisFacts;
  /** The other masters of its cluster. */
  readonly others: readonly RedisNode[];
}

/** The checks that need an answer of the server, by id. */
export const REDIS_CHECK_IDS = [
  'redis.version',
  'redis.latency',
  'redis.clock',
  'redis.role',
  'redis.eviction',
  'redis.durability',
  'redis.account',
  'redis.rights',
  'redis.tls',
] as const;

export function judgeRedis(findings: RedisFindings): readonly Check[] {
  const { server, label } = findings;
  return [
    ok('redis.reachable', `Redis answers at ${label}`),
    judgeVersion(server),
    judgeLatency('redis.latency', 'Redis', server.latencyMs),
    judgeClock('redis.clock', 'Redis', server.clockOffsetMs),
    judgeRole(server),
    ...(server.isCluster ? [judgeCluster(findings)] : []),
    judgeEviction(server),
    judgeDurability(server),
    judgeAccount(findings),
    judgeRights(findings),
    judgeTls(findings),
  ];
}

function judgeVersion({ flavor, version }: RedisFacts): Check {
  if (version === undefined) return hidden('redis.version', 'its version; it must be 7 or newer');
  const name = `${flavor === 'valkey' ? 'Valkey' : 'Redis'} ${version}`;
  return flavor === 'redis' && isOlder(version, [7])
    ? fail('redis.version', `${name} is too old`, 'upgrade it to Redis 7 or newer, or to Valkey')
    : ok('redis.version', name);
}

/** The rights that a careful administrator takes away, inv can do without. */
function hidden(id: string, what: string, rights = '+info +config|get'): Check {
  return warn(id, `the account may not ask for ${what}`, `ACL SETUSER … ${rights}`);
}

function judgeRole({ role, isCluster }: RedisFacts): Check {
  if (role === undefined) return hidden('redis.role', 'its role; it must be the primary');
  if (isCluster && role !== 'master') {
    return ok('redis.role', 'it names the masters of its cluster');
  }
  return role === 'master'
    ? ok('redis.role', 'it takes writes')
    : fail(
        'redis.role',
        `it is a replica (${role}) and takes no writes`,
        'let redis.url name the primary',
      );
}

/** The other masters, each by what matters most of what is wrong with it. */
function judgeCluster({ others, isLocal }: RedisFindings): Check {
  const id = 'redis.cluster';
  const checks = others.flatMap(({ name, facts }) =>
    [
      judgeVersion(facts),
      judgeEviction(facts),
      judgeDurability(facts),
      judgeRights({ server: facts, isLocal }),
    ].map((check) => ({ name, check })),
  );
  const worst =
    checks.find(({ check }) => check.status === 'fail') ??
    checks.find(({ check }) => check.status === 'warn');
  if (worst === undefined) return ok(id, 'every other master of the cluster is as it should be');
  return { ...worst.check, id, message: `${worst.name}: ${worst.check.message}` };
}

export function judgeEviction({ maxmemoryPolicy }: RedisFacts): Check {
  const id = 'redis.eviction';
  if (maxmemoryPolicy === undefined) {
    return hidden(id, 'maxmemory-policy; it must be noeviction');
  }
  return maxmemoryPolicy === 'noeviction'
    ? ok(id, 'nothing is evicted when memory runs out')
    : fail(
        id,
        `maxmemory-policy is ${maxmemoryPolicy}: stock would vanish when memory runs out`,
        'redis-cli CONFIG SET maxmemory-policy noeviction, and the same in its configuration file',
      );
}

export function judgeDurability({ isAofOn, appendfsync, isLastWriteOk }: RedisFacts): Check {
  const id = 'redis.durability';
  if (!isLastWriteOk) {
    return fail(id, 'Redis could not write its append-only file', 'look at its log and its disk');
  }
  if (isAofOn === undefined) {
    return hidden(id, 'its append-only file; appendfsync should be always');
  }
  if (!isAofOn) {
    return warn(
      id,
      'acknowledgement level memory: the append-only file is off, a restart loses all since the last snapshot',
      'set appendonly yes and appendfsync always',
    );
  }
  switch (appendfsync) {
    case 'always':
      return ok(id, 'acknowledgement level fsync: what is acknowledged survives a crash');
    case undefined:
      return hidden(id, 'appendfsync; it should be always');
    default:
      return warn(
        id,
        `acknowledgement level memory: appendfsync ${appendfsync} loses up to two seconds in a crash`,
        'set appendfsync always',
      );
  }
}

function judgeAccount({ server, isPrivate, isLocal }: RedisFindings): Check {
  const id = 'redis.account';
  if (isPrivate) return ok(id, 'only this user can reach the socket');
  if (server.userName === undefined) return ok(id, 'its name is not known to inv');
  return server.userName === 'default' && !isLocal
    ? warn(
        id,
        'inv logs in as "default", which may do everything, such as FLUSHALL',
        'give inv an ACL user of its own, limited to the keys of redis.key_prefix',
      )
    : ok(id, `inv logs in as "${server.userName}"`);
}

function judgeRights({ server, isLocal }: Pick<RedisFindings, 'server' | 'isLocal'>): Check {
  const id = 'redis.rights';
  const { rights, userName } = server;
  if (userName === undefined) return ok(id, 'what the account may do is not known to inv');
  if (rights === undefined) return hidden(id, 'what it may do', '+acl|dryrun');
  const { missing, excess } = rights;
  if (missing.length > 0) {
    const wanted = missing.map((name) => `+${name}`).join(' ');
    return fail(
      id,
      `"${userName}" may not: ${missing.join(', ')}`,
      `ACL SETUSER ${userName} ${wanted} on the keys of redis.key_prefix: docs/pools.md`,
    );
  }
  if (excess.length > 0 && !isLocal) {
    return warn(
      id,
      `"${userName}" may do more than inv needs: ${excess.join(', ')}`,
      'give inv an ACL user of its own: docs/pools.md, "Redis users"',
    );
  }
  return ok(id, `"${userName}" may do what the pools need`);
}

function judgeTls({ hasTls, isLocal }: RedisFindings): Check {
  if (hasTls) return ok('redis.tls', 'encrypted, identity verified');
  return isLocal
    ? ok('redis.tls', 'plain text that does not leave this machine')
    : warn(
        'redis.tls',
        'plain text to another machine: passwords and data can be read and changed on the way',
        'use rediss://… and take redis.insecure away',
      );
}
