import type { MysqlFacts } from '../../ports/server-facts.ts';
import { fail, ok, warn } from './check.ts';
import type { Check } from './check.ts';
import { judgeClock, judgeLatency } from './judge-timing.ts';
import { excessRights, grantStatement, missingRights, namesRoles, rightsOf } from './rights.ts';
import { isOlder } from './version.ts';

export interface SchemaFacts {
  readonly state: 'current' | 'behind' | 'missing' | 'newer' | 'half-applied' | 'edited';
  readonly version: number;
  readonly latest: number;
  /** What is wrong and what helps, for a schema that cannot be migrated. */
  readonly problem: { readonly message: string; readonly hint: string | null } | null;
}

export interface MysqlFindings {
  readonly label: string;
  readonly database: string;
  /** The private server of this user, on a socket. */
  readonly isPrivate: boolean;
  /** Nobody else can listen in: a socket, or this machine. */
  readonly isLocal: boolean;
  readonly server: MysqlFacts;
  readonly schema: SchemaFacts;
  /** The GRANT statements that the application's account needs. */
  readonly neededGrants: readonly string[];
}

/** The checks that need an answer of the server, by id. */
export const MYSQL_CHECK_IDS = [
  'mysql.version',
  'mysql.latency',
  'mysql.clock',
  'mysql.schema',
  'mysql.rights',
  'mysql.session',
  'mysql.durability',
  'mysql.ids',
  'mysql.tls',
] as const;

export function judgeMysql(findings: MysqlFindings): readonly Check[] {
  const { server, label } = findings;
  return [
    ok('mysql.reachable', `MySQL answers at ${label}`),
    judgeVersion(server.version),
    judgeLatency('mysql.latency', 'MySQL', server.latencyMs),
    judgeClock('mysql.clock', 'MySQL', server.clockOffsetMs),
    judgeSchema(findings),
    judgeRights(findings),
    judgeSession(server),
    judgeDurability(server),
    judgeIds(server),
    judgeTls(findings),
  ];
}

/** Older ones accept CHECK constraints and ignore them. */
const MYSQL_OLDEST = [8, 0, 16];
const MARIADB_OLDEST = [10, 6];
const MARIADB_TESTED = [10, 11];

function judgeVersion(version: string): Check {
  const isMariadb = /mariadb/i.test(version);
  const name = `${isMariadb ? 'MariaDB' : 'MySQL'} ${/^[\d.]+/.exec(version)?.[0] ?? version}`;
  const oldest = isMariadb ? MARIADB_OLDEST : MYSQL_OLDEST;
  if (isOlder(version, oldest)) {
    return fail(
      'mysql.version',
      `${name} is too old`,
      `upgrade it to ${oldest.join('.')} or newer`,
    );
  }
  return isMariadb && isOlder(version, MARIADB_TESTED)
    ? warn('mysql.version', `${name} is older than what inv is tested with (10.11)`)
    : ok('mysql.version', name);
}

function judgeSchema({ schema, isPrivate }: MysqlFindings): Check {
  const id = 'mysql.schema';
  const { state, version, latest, problem } = schema;
  if (problem !== null) return fail(id, problem.message, problem.hint);
  if (state === 'current') return ok(id, `the schema is current: version ${String(version)}`);
  const message =
    state === 'missing'
      ? 'the database has no inv schema yet'
      : `the schema is at version ${String(version)}, and this inv works with ${String(latest)}`;
  // Any other command would migrate a private server by itself.
  return isPrivate ? warn(id, message, 'inv db migrate') : fail(id, message, 'inv db migrate');
}

function judgeRights({ server, schema, database, isPrivate, neededGrants }: MysqlFindings): Check {
  const id = 'mysql.rights';
  const held = rightsOf(server.grants);
  const missing = missingRights(rightsOf(neededGrants), held);
  if (missing.length > 0) {
    const message = `${server.account} may not: ${missing.map((right) => `${right.privilege} on ${right.scope}`).join(', ')}`;
    // Tables that are not there yet cannot be granted.
    if (schema.state === 'missing') return warn(id, 'not known before the schema is there');
    if (namesRoles(server.grants)) return warn(id, `${message}; its roles may allow it`);
    return fail(
      id,
      message,
      isPrivate ? 'inv db migrate' : grantStatement(missing, server.account),
    );
  }
  const excess = excessRights(held, database);
  if (excess.length === 0) return ok(id, `${server.account} may do what inv needs and no more`);
  const shown = excess.slice(0, 6).map(({ privilege, scope }) => `${privilege} on ${scope}`);
  const more =
    excess.length > shown.length ? `, and ${String(excess.length - shown.length)} more` : '';
  return warn(
    id,
    `${server.account} may do more than inv needs: ${shown.join(', ')}${more}`,
    'give inv an account of its own with the rights of sql/grants.sql, and keep this one for inv db migrate',
  );
}

function judgeSession({ variables }: MysqlFacts): Check {
  const id = 'mysql.session';
  const isolation = variables.get('transaction_isolation') ?? variables.get('tx_isolation') ?? '';
  const mode = variables.get('sql_mode') ?? '';
  const zone = variables.get('time_zone') ?? '';
  const isRight =
    isolation === 'READ-COMMITTED' && mode.includes('STRICT_TRANS_TABLES') && zone === '+00:00';
  const found = `${isolation}, ${zone}, ${mode}`;
  return isRight
    ? ok(id, 'sessions are READ COMMITTED, strict, in UTC')
    : fail(id, `the server changes what a session asks for: ${found}`, 'look at init_connect');
}

export function judgeDurability({ variables }: Pick<MysqlFacts, 'variables'>): Check {
  const id = 'mysql.durability';
  const on = (name: string): boolean => ['1', 'ON'].includes(variables.get(name) ?? '');
  const losses: string[] = [];
  const fixes: string[] = [];
  const wants = (setting: string, value: string, why: string): void => {
    losses.push(why);
    fixes.push(`${setting} = ${value}`);
  };
  if (!on('innodb_flush_log_at_trx_commit')) {
    wants('innodb_flush_log_at_trx_commit', '1', 'a crash loses up to a second of what was booked');
  }
  if (!on('log_bin')) wants('log_bin', 'ON', 'without a binary log a backup is all there is');
  else if (!on('sync_binlog')) wants('sync_binlog', '1', 'a crash loses the end of the binary log');
  const format = variables.get('binlog_format');
  if (on('log_bin') && format !== undefined && format !== 'ROW') {
    wants('binlog_format', 'ROW', `the binary log holds statements (${format})`);
  }
  return losses.length === 0
    ? ok(id, 'what is booked survives a crash: flushed at commit, binary log in rows')
    : warn(id, losses.join('; '), `set ${fixes.join(', ')} in the server's configuration`);
}

function judgeIds({ variables }: MysqlFacts): Check {
  const increment = variables.get('auto_increment_increment') ?? '1';
  return increment === '1'
    ? ok('mysql.ids', 'ids follow one another')
    : fail(
        'mysql.ids',
        `auto_increment_increment is ${increment}: inv relies on consecutive ids of one INSERT`,
        'set auto_increment_increment = 1; writing to several primaries at once is not supported',
      );
}

function judgeTls({ server, isLocal }: MysqlFindings): Check {
  if (server.tlsCipher !== '') {
    return ok('mysql.tls', `encrypted (${server.tlsCipher}), identity verified`);
  }
  return isLocal
    ? ok('mysql.tls', 'plain text that does not leave this machine')
    : warn(
        'mysql.tls',
        'plain text to another machine: passwords and data can be read and changed on the way',
        'use mysqls://… and take mysql.insecure away',
      );
}
