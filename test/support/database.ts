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
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `t_${randomBytes(6).toString('hex')}`;
  const { mysqlSocket } = testServers();
  const admin: MysqlTarget = {
    label: mysqlSocket,
    address: { socketPath: mysqlSocket },
    user: 'inv_admin',
    password: null,
    database: name,
    tls: null,
  };
  const connection = await createConnection({
    socketPath: mysqlSocket,
    user: 'inv_admin',
    supportBigNumbers: true,
    dateStrings: true,
  });
  await connection.query(`CREATE DATABASE ${name}`);
  await connection.query(`USE ${name}`);
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
    sql: (statement, parameters = []) => query(connection, statement, parameters),
    drop: async () => {
      await database.close();
      await connection.query(`DROP DATABASE ${name}`);
      await connection.end();
    },
  };
}

async function query(
  connection: Connection,
  statement: string,
  parameters: readonly (string | number)[],
): Promise<RowDataPacket[]> {
  const [rows] = await connection.query<RowDataPacket[]>(statement, [...parameters]);
  return rows;
}
