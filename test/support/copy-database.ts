import type { TestDatabase } from './database.ts';

/**
 * Puts the rows of one database in place of another's, as restoring a backup of it would. The other has
 * its schema already and nothing else that matters.
 */
export async function copyRows(from: TestDatabase, to: TestDatabase): Promise<void> {
  const tables = await from.sql(
    `SELECT table_name AS name FROM information_schema.tables
      WHERE table_schema = ? AND table_type = 'BASE TABLE' AND table_name <> 'schema_migrations'`,
    [from.name],
  );
  await to.sql('SET SESSION foreign_key_checks = 0');
  for (const { name } of tables) {
    await to.sql(`TRUNCATE TABLE ${to.name}.${String(name)}`);
    await to.sql(
      `INSERT INTO ${to.name}.${String(name)} SELECT * FROM ${from.name}.${String(name)}`,
    );
  }
  await to.sql('SET SESSION foreign_key_checks = 1');
}
