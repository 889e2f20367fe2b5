// Writes sql/schema.sql: the schema that all migrations together make, for people to read and for
// reviews to compare.
//
//   node scripts/schema-dump.mjs            writes the file
//   node scripts/schema-dump.mjs --check    exit code 1 with the differences when it is out of date
//
// The migrations run on a private server of their own in a temporary folder, which is deleted.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { createConnection } from 'mysql2/promise';
import { lineDifferences } from './lib/line-differences.mjs';
import { projectRoot } from './lib/project-root.mjs';
import { captureCommand } from './lib/run-command.mjs';
import { readSchema } from './lib/read-schema.mjs';

const FILE = path.join(projectRoot, 'sql', 'schema.sql');

process.exitCode = await main(process.argv.includes('--check'));

async function main(isCheck) {
  const schema = await dumpSchema();
  if (schema === null) {
    process.stdout.write(
      'sql/schema.sql is defined for MariaDB, and this is MySQL: not looked at\n',
    );
    return 0;
  }
  if (!isCheck) {
    writeFileSync(FILE, schema);
    return 0;
  }
  const differences = lineDifferences(readOrEmpty(FILE), schema);
  if (differences.length === 0) return 0;
  process.stderr.write(`${differences.join('\n')}\n`);
  process.stderr.write('sql/schema.sql is out of date: node scripts/schema-dump.mjs\n');
  return 1;
}

async function dumpSchema() {
  const folder = mkdtempSync(path.join(tmpdir(), 'inv-schema-'));
  const inv = (...args) => runInv(args, path.join(folder, 'home'));
  try {
    await inv('db', 'migrate');
    const { mysql } = JSON.parse(await inv('local', 'status', '--json'));
    return mysql.flavor === 'mariadb' ? await readFrom(mysql) : null;
  } finally {
    await inv('local', 'stop');
    rmSync(folder, { recursive: true, force: true });
  }
}

async function readFrom({ socket, database, admin_user: user }) {
  const connection = await createConnection({ socketPath: socket, user, database });
  try {
    return await readSchema(connection);
  } finally {
    await connection.end();
  }
}

/** Runs the real binary with nothing of this environment that could lead it to another server. */
async function runInv(args, home) {
  const own = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('INV_') || name === 'INV_MYSQLD' || name === 'INV_REDIS_SERVER',
  );
  const env = { ...Object.fromEntries(own), INV_HOME: home };
  const launcher = path.join(projectRoot, 'bin', 'inv.js');
  const { exitCode, output } = await captureCommand(process.execPath, [launcher, ...args], {
    env,
    // A configuration file of the folder that this is run in has no say.
    cwd: path.parse(projectRoot).root,
  });
  if (exitCode !== 0) throw new Error(`inv ${args.join(' ')} failed:\n${output}`);
  return output;
}

function readOrEmpty(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
