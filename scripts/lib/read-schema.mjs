const HEADER = `-- The schema of inv, as its migrations make it. Written by scripts/schema-dump.mjs; do not edit.
-- In the words of MariaDB (10.11 and newer): MySQL prints the same schema in other words.
-- Rows that migrations insert are not in it.

SET FOREIGN_KEY_CHECKS = 0;
`;

/**
 * The schema of a connection's database as one text in a stable order, without what differs from
 * one server to the next: counters, accounts, times.
 */
export async function readSchema(connection) {
  const tables = await namesOf(
    connection,
    `SELECT table_name AS name FROM information_schema.tables
      WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'`,
  );
  const triggers = await namesOf(
    connection,
    `SELECT trigger_name AS name FROM information_schema.triggers WHERE trigger_schema = DATABASE()`,
  );
  const procedures = await namesOf(
    connection,
    `SELECT routine_name AS name FROM information_schema.routines
      WHERE routine_schema = DATABASE() AND routine_type = 'PROCEDURE'`,
  );
  const show = async (kind, name, column) => {
    const [[row]] = await connection.query(`SHOW CREATE ${kind} \`${name}\``);
    return normalise(row[column]);
  };
  const plain = [];
  for (const name of tables) plain.push(`${await show('TABLE', name, 'Create Table')};`);
  const stored = [];
  for (const name of triggers) {
    stored.push(`${await show('TRIGGER', name, 'SQL Original Statement')} $$`);
  }
  for (const name of procedures) {
    stored.push(`${await show('PROCEDURE', name, 'Create Procedure')} $$`);
  }
  const parts = [HEADER, ...plain.map((text) => `${text}\n`)];
  if (stored.length > 0) parts.push('DELIMITER $$\n', ...stored.map((text) => `${text}\n`));
  if (stored.length > 0) parts.push('DELIMITER ;\n');
  return parts.join('\n');
}

async function namesOf(connection, sql) {
  const [rows] = await connection.query(sql);
  // By code unit: the order of a collation differs between versions.
  return rows.map(({ name }) => name).sort((a, b) => (a < b ? -1 : 1));
}

function normalise(statement) {
  return statement
    .replaceAll('\r\n', '\n')
    .replace(/ AUTO_INCREMENT=\d+/, '')
    .replace(/CREATE DEFINER=`[^`]*`@`[^`]*` /, 'CREATE ')
    .replace(/[ \t]+$/gm, '')
    .trimEnd();
}
