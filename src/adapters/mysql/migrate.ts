import type { Connection, RowDataPacket } from 'mysql2/promise';
import { InvError } from '../../lib/errors.ts';
import { connectionOptions } from './connection.ts';
import { translate } from './errors.ts';
import { readMigrations } from './migration-files.ts';
import type { Migration } from './migration-files.ts';
import { schemaProblem } from './schema-state.ts';
import type { AppliedMigration } from './schema-state.ts';
import type { MysqlLimits, MysqlTarget } from './target.ts';

const CREATE_TABLE = `
  CREATE TABLE IF NOT EXISTS schema_migrations (
    version    INT NOT NULL PRIMARY KEY,
    name       VARCHAR(100) NOT NULL,
    checksum   CHAR(64) CHARACTER SET ascii NOT NULL,
    started_at DATETIME(6) NOT NULL,
    applied_at DATETIME(6) NULL
  ) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci`;

const LOCK_WAIT_SECONDS = 120;

export interface MigrateOptions {
  readonly target: MysqlTarget;
  readonly limits: MysqlLimits;
  /** The folder of the migration files. */
  readonly directory: string;
  /** Statements run after the migrations, as the same account: the grants of the other accounts. */
  readonly grants?: readonly string[];
  readonly dryRun?: boolean;
}

/**
 * Brings the schema to this inv's version: one process at a time, whoever starts it (GET_LOCK).
 * A migration is recorded as started before it runs and as applied after, so that one that was cut
 * off half way is refused instead of run again on top of itself (MySQL commits at every DDL).
 * @returns the migrations that were applied (or would be), in order
 * @throws InvError BAD_CONFIGURATION for an edited, half-applied or newer schema; BUSY when another
 *   migration takes longer than two minutes
 */
export async function migrate(options: MigrateOptions): Promise<readonly Migration[]> {
  const { createConnection } = await import('mysql2/promise');
  let connection: Connection | undefined;
  try {
    connection = await createConnection({
      ...connectionOptions(options.target, options.limits),
      // Migration files hold many statements; nothing else is ever sent on this connection.
      multipleStatements: true,
    });
    await lock(connection, options.target.database);
    return await applyPending(connection, options);
  } catch (error) {
    throw translate(error, options.target.label);
  } finally {
    // Closing the connection releases the lock too.
    connection?.destroy();
  }
}

async function lock(connection: Connection, database: string): Promise<void> {
  const [rows] = await connection.query<RowDataPacket[]>('SELECT GET_LOCK(?, ?) AS held', [
    `inv_migrate:${database}`.slice(0, 64),
    LOCK_WAIT_SECONDS,
  ]);
  if (rows[0]?.['held'] !== 1) {
    throw new InvError('BUSY', 'another inv has been migrating this database for two minutes', {
      hint: 'inv db status',
    });
  }
}

async function applyPending(
  connection: Connection,
  { directory, grants = [], dryRun = false }: MigrateOptions,
): Promise<readonly Migration[]> {
  const known = await readMigrations(directory);
  if (!dryRun) await connection.query(CREATE_TABLE);
  const applied = await readApplied(connection);
  const problem = schemaProblem(known, applied);
  if (problem !== null) throw problem;
  const pending = known.filter(
    (migration) => !applied.some((row) => row.version === migration.version),
  );
  if (dryRun) return pending;
  for (const migration of pending) await apply(connection, migration);
  for (const statement of grants) await connection.query(statement);
  return pending;
}

async function apply(connection: Connection, migration: Migration): Promise<void> {
  await connection.query(
    'INSERT INTO schema_migrations (version, name, checksum, started_at) VALUES (?, ?, ?, UTC_TIMESTAMP(6))',
    [migration.version, migration.name, migration.checksum],
  );
  await connection.query(migration.sql);
  await connection.query(
    'UPDATE schema_migrations SET applied_at = UTC_TIMESTAMP(6) WHERE version = ?',
    [migration.version],
  );
}

async function readApplied(connection: Connection): Promise<readonly AppliedMigration[]> {
  const [tables] = await connection.query<RowDataPacket[]>("SHOW TABLES LIKE 'schema_migrations'");
  if (tables.length === 0) return [];
  const [rows] = await connection.query<RowDataPacket[]>(
    'SELECT version, name, checksum, applied_at FROM schema_migrations ORDER BY version',
  );
  return rows.map((row) => ({
    version: Number(row['version']),
    name: String(row['name']),
    checksum: String(row['checksum']),
    appliedAt: row['applied_at'] === null ? null : String(row['applied_at']),
  }));
}
