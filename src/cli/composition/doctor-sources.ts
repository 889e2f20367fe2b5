import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase } from '../../adapters/mysql/database.ts';
import { grantStatements } from '../../adapters/mysql/grants.ts';
import { readSchemaReport } from '../../adapters/mysql/schema-report.ts';
import { readMysqlFacts } from '../../adapters/mysql/server-facts.ts';
import { openRedis } from '../../adapters/redis/client.ts';
import { readRedisNodes } from '../../adapters/redis/server-facts.ts';
import type { RedisTarget } from '../../adapters/redis/target.ts';
import { folderFacts } from '../../adapters/system/disk.ts';
import { nodeVersion } from '../../adapters/system/identity.ts';
import type { LoadedConfig } from '../../config/load-config.ts';
import { isLocal } from '../../config/store-address.ts';
import { storeTargets } from '../../config/store-targets.ts';
import { findAnswering } from '../../local/ensure.ts';
import { LOCAL_USER } from '../../local/options.ts';
import type { LocalStatus, ServerStatus } from '../../local/status.ts';
import { assert } from '../../lib/assert.ts';
import { InvError } from '../../lib/errors.ts';
import type { ExamineSources, Unasked } from '../../services/doctor/examine.ts';
import type { MysqlFindings } from '../../services/doctor/judge-mysql.ts';
import type { RedisFindings } from '../../services/doctor/judge-redis.ts';
import { mysqlLimits, mysqlPlace, privatePlace } from './mysql-store.ts';
import type { MysqlPlace, MysqlStoreOptions } from './mysql-store.ts';
import { configuredRedis, privateRedis, redisLimits } from './redis-store.ts';

export interface DoctorOptions extends MysqlStoreOptions {
  readonly loaded: LoadedConfig;
}

/** The real machine and stores behind `inv doctor`. Nothing is started. */
export function doctorSources(options: DoctorOptions): ExamineSources {
  const { config, local, loaded } = options;
  const targets = storeTargets(config);
  let asked: Promise<LocalStatus> | undefined;
  const privateStatus = (): Promise<LocalStatus> => (asked ??= statusOf(local));
  return {
    machine: async () => ({
      nodeVersion: nodeVersion(),
      home: config.home,
      ...(await folderFacts(config.home)),
      warnings: loaded.warnings,
      configFiles: loaded.files,
    }),
    mysql: async () => {
      const { kind } = targets.mysql;
      if (kind === 'unconfigured') return unconfigured('mysql.url', 'fail');
      if (kind === 'url') return mysqlFindings(await mysqlPlace(options), options);
      const { mysql } = await privateStatus();
      if (mysql.state !== 'running') return notRunning('MySQL', mysql, config);
      return mysqlFindings(privatePlace(mysql), options);
    },
    redis: async () => {
      if (targets.redis.kind === 'unconfigured') return unconfigured('redis.url', 'skipped');
      const configured = await configuredRedis(config);
      if (configured !== null) return redisFindings(configured, options);
      const { redis } = await privateStatus();
      if (redis.state !== 'running') return notRunning('Redis', redis, config);
      return redisFindings(privateRedis(redis), options);
    },
    pools: async () => {
      const isPrivate = targets.mysql.kind === 'private' || targets.redis.kind === 'private';
      if (isPrivate && (await findAnswering(local)) === undefined) return NOT_RUNNING;
      const { shardFindings } = await import('./shard-findings.ts');
      return shardFindings(options);
    },
  };
}

const NOT_RUNNING: Unasked = {
  kind: 'unasked',
  severity: 'skipped',
  message: 'the private servers do not both run',
  hint: null,
};

async function statusOf(local: DoctorOptions['local']): Promise<LocalStatus> {
  const { localStatus } = await import('../../local/status.ts');
  return localStatus(local);
}

async function mysqlFindings(
  { isPrivate, application, admin }: MysqlPlace,
  options: DoctorOptions,
): Promise<MysqlFindings> {
  const { clock, config, packageRoot } = options;
  // On a private server that was never migrated the application account may see nothing.
  const limits = { ...mysqlLimits(config), poolSizeMax: 1, statementTimeoutMs: 3_000 };
  const database = await openDatabase({ target: admin, limits, clock });
  try {
    const directory = join(packageRoot, 'sql', 'migrations');
    const account = isPrivate ? `'${LOCAL_USER}'@'localhost'` : null;
    const server = await database.read((session) => readMysqlFacts(session, { clock, account }));
    const report = await database.read((session) => readSchemaReport(session, directory));
    const { problem, ...schema } = report;
    const template = await readFile(join(packageRoot, 'sql', 'grants.sql'), 'utf8');
    return {
      label: application.label,
      database: application.database,
      isPrivate,
      isLocal: isLocalAddress(application.address),
      server,
      schema: {
        ...schema,
        problem: problem && { message: problem.message, hint: problem.hint ?? null },
      },
      neededGrants: grantStatements(template, {
        database: application.database,
        account: server.account,
      }),
    };
  } finally {
    await database.close();
  }
}

async function redisFindings(
  target: RedisTarget,
  { config, clock }: DoctorOptions,
): Promise<RedisFindings> {
  const store = await openRedis({ target, limits: redisLimits(config) });
  try {
    const { keyPrefix } = config.redis;
    const [node, ...others] = await readRedisNodes(store, { clock, keyPrefix });
    assert(node !== undefined, 'the server itself is the first');
    return {
      label: target.label,
      isPrivate: config.redis.url === null,
      isLocal: isLocalAddress(target.address),
      hasTls: target.tls !== null,
      server: node.facts,
      others,
    };
  } finally {
    await store.close();
  }
}

/** @throws InvError STORE_UNAVAILABLE for a process that is there and does not answer */
function notRunning(
  name: string,
  { state, log_file }: ServerStatus,
  { local: { autostart } }: DoctorOptions['config'],
): Unasked {
  switch (state) {
    case 'not-installed':
      return {
        kind: 'unasked',
        severity: 'fail',
        message: `no ${name} server is installed`,
        hint: 'inv local install',
      };
    case 'broken':
      throw new InvError(
        'STORE_UNAVAILABLE',
        `the private ${name} is there and does not answer; its log is ${log_file}`,
        { hint: 'inv local stop, then: inv local start' },
      );
    case 'running':
    case 'stopped':
      return {
        kind: 'unasked',
        severity: 'warn',
        message: `the private ${name} is not running${autostart ? '; commands start it when they need it' : ', and local.autostart is off'}`,
        hint: 'inv local start',
      };
  }
}

function unconfigured(setting: string, severity: Unasked['severity']): Unasked {
  const message = `${setting} is not set, while the other store has an address`;
  return { kind: 'unasked', severity, message, hint: `set ${setting}` };
}

function isLocalAddress(address: MysqlPlace['application']['address']): boolean {
  return 'socketPath' in address || isLocal({ socketPath: null, host: address.host });
}
