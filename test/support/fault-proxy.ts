import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deferred } from './deferred.ts';

/** Where a fault strikes. A message is one write of the client: MySQL's client waits for each answer. */
export interface Fault {
  /** Chooses the message; it counts from 1, over all connections since the fault was armed. */
  readonly at: (message: Buffer, count: number) => boolean;
  /**
   * `request`: the server never gets the message. `reply`: it gets it and answers, and the client
   * never gets the answer. `bytes`: the client gets only so many bytes of the answer.
   */
  readonly where: 'request' | 'reply' | { readonly replyBytes: number };
  /** `cut` closes both sides; `hold` keeps them open and silent (half open) until `close`. */
  readonly how: 'cut' | 'hold';
}

export interface FaultProxy {
  readonly socketPath: string;
  /** Strikes once. The promise resolves when it has. */
  arm(fault: Fault): Promise<void>;
  /** Whether the armed fault has struck. */
  hasStruck(): boolean;
  /** Delays every answer of the server. */
  delay(milliseconds: number): void;
  close(): Promise<void>;
}

/** Stands between a client and the socket of a server, and breaks what passes through it. */
export async function openFaultProxy(serverSocketPath: string): Promise<FaultProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'inv-proxy-'));
  const socketPath = join(folder, 'p.sock');
  const sockets = new Set<Socket>();
  let armed: { fault: Fault; count: number; struck: () => void } | undefined;
  let hasStruck = false;
  let delayMs = 0;

  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = createConnection(serverSocketPath);
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('close', end).on('error', end);
    }
    let isHeld = false;
    let ofReply: Fault | undefined;
    const strike = ({ how }: Fault): void => {
      hasStruck = true;
      if (how === 'cut') end();
      else isHeld = true;
    };
    // Held, it does not even answer a goodbye.
    client.on('end', () => {
      if (!isHeld) end();
    });
    client.on('data', (message) => {
      if (isHeld) return;
      if (armed !== undefined) {
        armed.count += 1;
        const { fault, count, struck } = armed;
        if (fault.at(message, count)) {
          armed = undefined;
          if (fault.where === 'request') {
            strike(fault);
            struck();
            return;
          }
          ofReply = fault;
          upstream.once('data', struck);
        }
      }
      upstream.write(message);
    });
    upstream.on('data', (answer) => {
      if (isHeld) return;
      if (ofReply !== undefined) {
        if (typeof ofReply.where === 'object') {
          client.write(answer.subarray(0, ofReply.where.replyBytes));
        }
        strike(ofReply);
        return;
      }
      if (delayMs === 0) client.write(answer);
      else setTimeout(() => client.write(answer), delayMs);
    });
  });
  const listening = deferred();
  server.listen(socketPath, listening.resolve);
  await listening.promise;
  return {
    socketPath,
    arm: (fault) => {
      const struck = deferred();
      hasStruck = false;
      armed = { fault, count: 0, struck: struck.resolve };
      return struck.promise;
    },
    hasStruck: () => hasStruck,
    delay: (milliseconds) => {
      delayMs = milliseconds;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      const closed = deferred();
      server.close(closed.resolve);
      await closed.promise;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Matches the message that commits: COMMIT as text, or the execution of a prepared CALL. */
export function isDecisive(message: Buffer): boolean {
  return isText(message, 'COMMIT') || isCallExecution(message);
}

/** A COM_QUERY (3) of exactly this text. The first four bytes are the length and number of the packet. */
export function isText(message: Buffer, sql: string): boolean {
  return message[4] === 3 && message.subarray(5).toString('latin1') === sql;
}

/** A COM_STMT_EXECUTE (23) with the fifteen parameters of post_one_line is longer than any other. */
function isCallExecution(message: Buffer): boolean {
  return message[4] === 23 && message.includes('conditional');
}
