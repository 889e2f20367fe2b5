import { createConnection } from 'mysql2/promise';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { Redis } from 'ioredis';
import { afterAll, beforeAll } from 'vitest';
import { runBinary } from './installation.ts';
import type { CommandResult } from './installation.ts';
import { temporaryFolder, testServers } from './servers.ts';

/** `inv` on the private servers of this test run. */
export interface PrivateInv {
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  run(args: readonly string[]): Promise<CommandResult>;
}

export function privateInv(): PrivateInv {
  const folder = temporaryFolder('loadtest');
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    LANG: 'C.UTF-8',
    INV_HOME: testServers().home,
    INV_ACTOR: 'tester',
  };
  return { env, folder, run: (args) => runBinary(args, { env, cwd: folder }) };
}

const ALONE_MS = 900_000;

/** One test file at a time makes runs on the shared servers: each looks for what is left, and damages some. */
export function aloneWithRuns(): void {
  let connection: Connection | undefined;
  beforeAll(async () => {
    const { mysqlSocket } = testServers();
    connection = await createConnection({ socketPath: mysqlSocket, user: 'inv_admin' });
    // The end of the connection gives it back.
    await connection.query("SELECT GET_LOCK('inv-test-runs', ?)", [ALONE_MS / 1_000]);
  }, ALONE_MS);
  afterAll(async () => connection?.end());
}

/** Databases and keys that runs have in the shared servers now. */
export async function leftByRuns(): Promise<{
  readonly databases: string[];
  readonly keys: string[];
}> {
  const { redisSocket } = testServers();
  const databases = (await adminQuery("SHOW DATABASES LIKE 'inv\\_lt\\_%'")).map((row) =>
    String(Object.values(row)[0]),
  );
  const redis = new Redis(redisSocket);
  const keys = await redis.keys('lt-*');
  redis.disconnect();
  return { databases, keys };
}

/** Plain SQL as the administrator of the shared server. */
export async function adminQuery(sql: string): Promise<RowDataPacket[]> {
  const { mysqlSocket } = testServers();
  const connection = await createConnection({ socketPath: mysqlSocket, user: 'inv_admin' });
  try {
    const [rows] = await connection.query<RowDataPacket[]>(sql);
    return rows;
  } finally {
    await connection.end();
  }
}
