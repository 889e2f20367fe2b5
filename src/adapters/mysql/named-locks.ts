import { hash } from 'node:crypto';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { HeldLock, LockHolder, NamedLocks } from '../../ports/named-locks.ts';
import { connectionOptions } from './connection.ts';
import { destroySocket } from './destroy-socket.ts';
import { translate } from './errors.ts';
import { inTime } from './in-time.ts';
import type { MysqlLimits, MysqlTarget } from './target.ts';

/**
 * GET_LOCK, each lock on a connection of its own: a lock belongs to its connection, so it ends with the
 * process, and one that is given back to a pool would wander. Names belong to the whole server, so the
 * database is part of them (hashed: 64 characters is all that MySQL allows).
 */
export function createNamedLocks(target: MysqlTarget, limits: MysqlLimits): NamedLocks {
  const nameOf = (name: string): string =>
    `inv:${hash('sha256', target.database, 'hex').slice(0, 16)}:${name}`;
  return {
    take: async (name, { waitMs }) => {
      const connection = await connect(target, limits);
      try {
        const seconds = Math.ceil(waitMs / 1000);
        const isTaken = await ask(connection, 'SELECT GET_LOCK(?, ?) AS answer', {
          values: [nameOf(name), seconds],
          timeoutMs: seconds * 1000 + limits.connectTimeoutMs,
        });
        if (isTaken !== 1) {
          hangUp(connection);
          return null;
        }
        return heldLock(connection, { name: nameOf(name), limits });
      } catch (error) {
        hangUp(connection);
        throw translate(error, target.label);
      }
    },
    holder: async (name) => {
      const connection = await connect(target, limits);
      try {
        return await holderOf(connection, nameOf(name), limits);
      } catch (error) {
        throw translate(error, target.label);
      } finally {
        hangUp(connection);
      }
    },
  };
}

function heldLock(
  connection: Connection,
  { name, limits }: { readonly name: string; readonly limits: MysqlLimits },
): HeldLock {
  return {
    isHeld: async () => {
      try {
        const sql = 'SELECT IS_USED_LOCK(?) = CONNECTION_ID() AS answer';
        const options = { values: [name], timeoutMs: limits.connectTimeoutMs };
        return (await ask(connection, sql, options)) === 1;
      } catch {
        // Whatever the reason: who cannot ask does not know.
        hangUp(connection);
        return false;
      }
    },
    release: async () => {
      const bound = { values: [name], timeoutMs: limits.connectTimeoutMs };
      // The server would release it on its own, only later than the next taker asks.
      await ask(connection, 'SELECT RELEASE_LOCK(?) AS answer', bound).catch(() => undefined);
      hangUp(connection);
    },
  };
}

async function holderOf(
  connection: Connection,
  name: string,
  limits: MysqlLimits,
): Promise<LockHolder | null> {
  const timeoutMs = limits.connectTimeoutMs;
  const id = await ask(connection, 'SELECT IS_USED_LOCK(?) AS answer', {
    values: [name],
    timeoutMs,
  });
  if (id === null || id === undefined) return null;
  // Every account sees its own threads; of others it sees nothing without the right PROCESS.
  const host = await ask(
    connection,
    'SELECT host AS answer FROM information_schema.processlist WHERE id = ?',
    { values: [Number(id)], timeoutMs },
  );
  return { connectionId: Number(id), host: typeof host === 'string' ? host : null };
}

async function connect(target: MysqlTarget, limits: MysqlLimits): Promise<Connection> {
  const { createConnection } = await import('mysql2/promise');
  const coming = createConnection(connectionOptions(target, limits));
  try {
    const connection = await inTime(coming, limits.connectTimeoutMs);
    // Without a listener, the end of an idle connection would end the process.
    connection.on('error', () => undefined);
    return connection;
  } catch (error) {
    void coming.then(hangUp, () => undefined);
    throw translate(error, target.label);
  }
}

async function ask(
  connection: Connection,
  sql: string,
  { values, timeoutMs }: { readonly values: (string | number)[]; readonly timeoutMs: number },
): Promise<unknown> {
  const [rows] = await inTime(connection.query<RowDataPacket[]>(sql, values), timeoutMs);
  return rows[0]?.['answer'];
}

function hangUp(connection: Connection): void {
  connection.destroy();
  // The promise's connection wraps the driver's own, which has the socket; its type keeps that to itself.
  const inner: unknown = Reflect.get(connection, 'connection');
  if (typeof inner === 'object' && inner !== null) destroySocket(inner);
}
