import type { RowDataPacket } from 'mysql2/promise';
import { assert } from '../../lib/assert.ts';
import { connectionOptions } from './connection.ts';
import { translate } from './errors.ts';
import type { MysqlLimits, MysqlTarget } from './target.ts';

/** A connection as an account that may make databases. */
interface Administrator {
  readonly target: MysqlTarget;
  readonly limits: MysqlLimits;
}

/**
 * A database for one run, empty.
 * @throws InvError NOT_PERMITTED (the account may not make it), STORE_UNAVAILABLE
 */
export async function createRunDatabase(admin: Administrator, name: string): Promise<void> {
  await query(admin, `CREATE DATABASE ${quoted(name)}`);
}

/** Removes it with all that is in it. */
export async function dropRunDatabase(admin: Administrator, name: string): Promise<void> {
  await query(admin, `DROP DATABASE IF EXISTS ${quoted(name)}`);
}

/** Names of databases that begin so and that the account may see. */
export async function listRunDatabases(
  admin: Administrator,
  prefix: string,
): Promise<readonly string[]> {
  const rows = await query(
    admin,
    'SELECT schema_name AS name FROM information_schema.schemata WHERE LEFT(schema_name, ?) = ? ORDER BY 1',
    [prefix.length, prefix],
  );
  return rows.map((row) => String(row['name']));
}

async function query(
  { target, limits }: Administrator,
  sql: string,
  values: readonly (string | number)[] = [],
): Promise<readonly RowDataPacket[]> {
  const { createConnection } = await import('mysql2/promise');
  try {
    const connection = await createConnection(connectionOptions(target, limits));
    try {
      const [rows] = await connection.query<RowDataPacket[]>(sql, [...values]);
      return rows;
    } finally {
      connection.destroy();
    }
  } catch (error) {
    throw translate(error, target.label);
  }
}

/** No parameter can stand for a name. */
function quoted(name: string): string {
  assert(/^[a-z0-9_]{1,64}$/.test(name), 'the database of a run has a plain name');
  return `\`${name}\``;
}
