import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { LOCAL_ADMIN_USER, LOCAL_DATABASE } from '../../src/local/options.ts';
import { field, invJson, runBriefly } from './inv.ts';
import type { Inv } from './inv.ts';

/** Private servers of the benchmark's own, as durable as a user's, in a HOME that is removed afterwards. */
export interface BenchHome {
  readonly inv: Inv;
  readonly folder: string;
  readonly socket: string;
  /** The administrator's connection, for fixtures, for peers and for looking at the books. */
  readonly sql: Connection;
}

/** What is to be done before the process ends, in whatever way. */
const cleaners = new Set<() => void>();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    for (const clean of cleaners) clean();
    process.exit(130);
  });
}

/** Starts servers, lets the work run on them, and ends them whatever happens. */
export async function withHome<T>(
  binary: string,
  work: (home: BenchHome) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'inv-bench-'));
  // Nothing of this machine's settings takes part; the servers stand where a new user's would.
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, LANG: 'C.UTF-8' };
  const inv = { env, binary, cwd: folder };
  const clean = (): void => {
    runBriefly([binary, 'local', 'stop'], inv);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  cleaners.add(clean);
  try {
    await invJson(['local', 'start'], inv);
    await invJson(['db', 'migrate'], inv);
    const status = field(await invJson(['local', 'status'], inv), 'mysql');
    const socket = String(field(status, 'socket'));
    const sql = await openSql(socket);
    try {
      return await work({ inv, folder, socket, sql });
    } finally {
      await sql.end();
    }
  } finally {
    cleaners.delete(clean);
    clean();
  }
}

function openSql(socketPath: string): Promise<Connection> {
  return createConnection({
    socketPath,
    user: LOCAL_ADMIN_USER,
    database: LOCAL_DATABASE,
    supportBigNumbers: true,
    decimalNumbers: true,
  });
}

/** The first row of a query that gives numbers only. */
export async function numbersOf(
  sql: Connection,
  query: string,
  parameters: readonly (string | number)[] = [],
): Promise<Readonly<Record<string, number>>> {
  const [rows] = await sql.query<RowDataPacket[]>(query, [...parameters]);
  return Object.fromEntries(
    Object.entries(rows[0] ?? {}).map(([name, value]) => [name, Number(value)]),
  );
}

const STAMPS = "UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), 'bench', 'bench', 'bench', 'bench'";

/** Adds products PREFIX-1 … PREFIX-count, straight into the table: the catalogue is not what is measured. */
export async function seedProducts(sql: Connection, prefix: string, count: number): Promise<void> {
  await sql.query(
    `INSERT INTO products (sku, name, created_at, updated_at, actor, host, source, request_id)
     SELECT CONCAT(?, '-', n.n), CONCAT('Product ', n.n), ${STAMPS}
       FROM (${numbersFromOne()}) AS n WHERE n.n <= ?`,
    [prefix, count],
  );
}

/** 1 … 1,000,000, on MySQL and MariaDB alike. */
function numbersFromOne(): string {
  const digit = Array.from({ length: 10 }, (_, value) => `SELECT ${value} AS d`).join(
    ' UNION ALL ',
  );
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const sum = names.map((name, power) => `${name}.d * ${10 ** power}`).join(' + ');
  return `SELECT 1 + ${sum} AS n FROM ${names.map((name) => `(${digit}) ${name}`).join(', ')}`;
}
