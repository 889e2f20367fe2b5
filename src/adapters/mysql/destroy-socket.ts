import { Socket } from 'node:net';

/** The driver only says goodbye; where nobody answers, its socket would keep the process alive. */
export function destroySocket(connection: object): void {
  const socket: unknown = Reflect.get(connection, 'stream');
  if (socket instanceof Socket) socket.destroy();
}
