import type { Pool, PoolConnection } from 'mysql2/promise';
import { InvError } from '../../lib/errors.ts';
import { connectionOptions, sessionStatements } from './connection.ts';
import { destroySocket } from './destroy-socket.ts';
import { translate } from './errors.ts';
import { inTime } from './in-time.ts';
import type { MysqlLimits, MysqlTarget } from './target.ts';

/** Connections of one account to one MySQL, bounded in number, in waiters and in waiting time. */
export interface ConnectionPool {
  /** @throws InvError STORE_UNAVAILABLE when no connection comes in time; nothing was executed. */
  acquire(): Promise<PoolConnection>;
  /** Hands back a connection in a known state. */
  release(connection: PoolConnection): void;
  /** Gives up a connection whose state is in doubt. */
  destroy(connection: PoolConnection): void;
  close(): Promise<void>;
}

/** What is under way has ended before; this is for the goodbyes only. */
const GOODBYE_MS = 500;

export async function openPool(target: MysqlTarget, limits: MysqlLimits): Promise<ConnectionPool> {
  const { createPool } = await import('mysql2/promise');
  const pool = createPool({
    ...connectionOptions(target, limits),
    connectionLimit: limits.poolSizeMax,
    maxIdle: limits.poolSizeMax,
    idleTimeout: 60_000,
    waitForConnections: true,
    queueLimit: limits.queueSizeMax,
    // A connection whose state is in doubt is destroyed, so none needs a reset, which would also
    // undo the session settings below and cost a round trip for every statement.
    resetOnRelease: false,
  });
  const prepared = new WeakSet<object>();
  const connections = new Set<object>();
  pool.on('connection', (connection) => {
    connections.add(connection);
    connection.once('end', () => connections.delete(connection));
  });
  return {
    acquire: async () =>
      prepare(await acquireInTime(pool, target, limits), prepared, target, limits),
    release: (connection) => {
      connection.release();
    },
    destroy: destroyWithSocket,
    close: async () => {
      await inTime(pool.end(), GOODBYE_MS).catch(() => undefined);
      for (const connection of connections) destroySocket(connection);
    },
  };
}

/** The pool of mysql2 knows no deadline; a connection that comes too late goes straight back. */
async function acquireInTime(
  pool: Pool,
  target: MysqlTarget,
  limits: MysqlLimits,
): Promise<PoolConnection> {
  const coming = pool.getConnection();
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, limits.acquireTimeoutMs, 'late');
  });
  try {
    const first = await Promise.race([coming, tooLate]);
    if (first !== 'late') return first;
    void coming.then(
      (connection) => {
        connection.release();
      },
      () => undefined,
    );
    throw new InvError(
      'STORE_UNAVAILABLE',
      `no free connection to MySQL at ${target.label} in time`,
      {
        hint: `raise mysql.pool_size_max (now ${String(limits.poolSizeMax)}) or mysql.acquire_timeout_ms`,
        facts: { store: 'mysql' },
      },
    );
  } catch (error) {
    throw translateConnect(error, target);
  } finally {
    clearTimeout(timer);
  }
}

function translateConnect(error: unknown, target: MysqlTarget): unknown {
  if (error instanceof Error && error.message === 'Queue limit reached.') {
    return new InvError(
      'STORE_UNAVAILABLE',
      `too many requests wait for MySQL at ${target.label}`,
      {
        hint: 'slow down, or raise mysql.queue_size_max',
        facts: { store: 'mysql' },
      },
    );
  }
  return translate(error, target.label);
}

async function prepare(
  connection: PoolConnection,
  prepared: WeakSet<object>,
  target: MysqlTarget,
  limits: MysqlLimits,
): Promise<PoolConnection> {
  if (prepared.has(connection.connection)) return connection;
  try {
    for (const sql of sessionStatements(limits)) {
      await inTime(connection.query(sql), limits.connectTimeoutMs);
    }
  } catch (error) {
    destroyWithSocket(connection);
    throw translate(error, target.label);
  }
  prepared.add(connection.connection);
  return connection;
}

function destroyWithSocket(connection: PoolConnection): void {
  connection.destroy();
  destroySocket(connection.connection);
}
