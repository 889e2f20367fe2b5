import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { openDatabase } from '../../src/adapters/mysql/database.ts';
import type { Database } from '../../src/adapters/mysql/database.ts';
import { grantStatements } from '../../src/adapters/mysql/grants.ts';
import { migrate } from '../../src/adapters/mysql/migrate.ts';
import type { MysqlLimits, MysqlTarget } from '../../src/adapters/mysql/target.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { testServers } from './servers.ts';

export const testLimits: MysqlLimits = {
  poolSizeMax: 16,
  queueSizeMax: 1024,
  acquireTimeoutMs: 10_000,
  connectTimeoutMs: 5_000,
  statementTimeoutMs: 20_000,
  lockWaitTimeoutMs: 10_000,
  transactionAttemptsMax: 20,
};

export const projectRoot = join(import.meta.dirname, '..', '..');

export interface TestDatabase {
  readonly name: string;
  /** The application account, as the binary uses it. */
  readonly target: MysqlTarget;
  readonly admin: MysqlTarget;
  /** The adapter, opened with the application account. */
  readonly database: Database;
  /** Plain SQL as the administrator, for looking and for damage; values are strings and numbers. */
  sql(statement: string, parameters?: readonly (string | number)[]): Promise<RowDataPacket[]>;
  drop(): Promise<void>;
}

/** A migrated database of the test's own, with the application's rights on it. */
export async function createTestDatabase({
  mysqlSocket = testServers().mysqlSocket,
}: { readonly mysqlSocket?: string } = {}): Promise<TestDatabase> {
  const name = `t_${randomBytes(6).toString('hex')}`;
  const admin: MysqlTarget = {
    label: mysqlSocket,
    address: { socketPath: mysqlSocket },
    user: 'inv_admin',
    password: null,
    database: name,
    tls: null,
  };
  const administrator = createAdministrator(mysqlSocket);
  await administrator.query(`CREATE DATABASE ${name}`, []);
  administrator.use(name);
  await migrate({
    target: admin,
    limits: testLimits,
    directory: join(projectRoot, 'sql', 'migrations'),
    grants: grantStatements(await readFile(join(projectRoot, 'sql', 'grants.sql'), 'utf8'), {
      database: name,
      account: "'inv'@'localhost'",
    }),
  });
  const target = { ...admin, user: 'inv' };
  const database = await openDatabase({ target, limits: testLimits, clock: systemClock });
  return {
    name,
    target,
    admin,
    database,
    sql: (statement, parameters = []) => administrator.query(statement, parameters),
    drop: async () => {
      await database.close();
      await administrator.query(`DROP DATABASE ${name}`, []);
      await administrator.close();
    },
  };
}

interface Administrator {
  query(statement: string, parameters: readonly (string | number)[]): Promise<RowDataPacket[]>;
  /** The database of every later statement. */
  use(database: string): void;
  close(): Promise<void>;
}

/** One connection, made anew when a drill has ended the server below it. */
function createAdministrator(socketPath: string): Administrator {
  let database: string | undefined;
  let current: Promise<Connection> | undefined;
  const connect = async (): Promise<Connection> => {
    const connection = await createConnection({
      socketPath,
      user: 'inv_admin',
      supportBigNumbers: true,
      dateStrings: true,
      ...(database === undefined ? {} : { database }),
    });
    connection.on('error', () => (current = undefined));
    return connection;
  };
  return {
    query: async (statement, parameters) => {
      current ??= connect();
      try {
        const [rows] = await (await current).query<RowDataPacket[]>(statement, [...parameters]);
        return rows;
      } catch (error) {
        if (isBroken(error)) current = undefined;
        throw error;
      }
    },
    use: (name) => {
      void current?.then((connection) => connection.end());
      current = undefined;
      database = name;
    },
    close: async () => {
      await (await current)?.end();
    },
  };
}

function isBroken(error: unknown): boolean {
  return !(error instanceof Error && 'errno' in error && Number(error.errno) > 0);
}
