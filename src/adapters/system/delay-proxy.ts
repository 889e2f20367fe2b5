import { rmSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import type { Socket } from 'node:net';

/** Stands between clients and a server on a Unix socket, and hands everything on; late, when told to. */
export interface DelayProxy {
  readonly socketPath: string;
  /** How long bytes of either direction wait half of; 0 = not at all. */
  readonly setRoundTripMs: (milliseconds: number) => void;
  readonly close: () => Promise<void>;
}

export async function openDelayProxy(
  socketPath: string,
  serverSocketPath: string,
): Promise<DelayProxy> {
  const sockets = new Set<Socket>();
  let oneWayMs = 0;
  const server = createServer((client) => {
    const upstream = connect(serverSocketPath);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    relay(client, upstream, () => oneWayMs);
    relay(upstream, client, () => oneWayMs);
    const end = (): void => {
      for (const socket of [client, upstream]) {
        socket.destroy();
        sockets.delete(socket);
      }
    };
    client.once('close', end);
    upstream.once('close', end);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  return {
    socketPath,
    setRoundTripMs: (milliseconds) => (oneWayMs = milliseconds / 2),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      rmSync(socketPath, { force: true });
    },
  };
}

/** Keeps the order: what came first leaves first, also when the delay has just been taken away. */
function relay(from: Socket, to: Socket, delayMs: () => number): void {
  let lastMs = 0;
  from.on('data', (bytes) => {
    const now = performance.now();
    const dueMs = Math.max(lastMs, now + delayMs());
    lastMs = dueMs;
    if (dueMs <= now) to.write(bytes);
    else setTimeout(() => to.write(bytes), dueMs - now);
  });
}
