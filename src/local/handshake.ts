import { connect } from 'node:net';
import type { ServerKind } from './options.ts';

/** What a socket says: `ready` serves clients, `busy` listens but does not serve yet, `silent` is not there. */
export type Answer = 'ready' | 'busy' | 'silent';

/**
 * Asks a server whether it serves clients, without a driver. MySQL greets whoever connects, once
 * its init file has run; Redis answers PING, with an error while it is still loading its data.
 */
export function askServer(kind: ServerKind, socket: string, timeoutMs: number): Promise<Answer> {
  return new Promise((resolve) => {
    let connected = false;
    let received = Buffer.alloc(0);
    const connection = connect(socket);
    const finish = (answer: Answer): void => {
      clearTimeout(timer);
      connection.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => finish(connected ? 'busy' : 'silent'), timeoutMs);
    connection.on('connect', () => {
      connected = true;
      if (kind === 'redis') connection.write('*1\r\n$4\r\nPING\r\n');
    });
    connection.on('data', (bytes: Buffer) => {
      received = Buffer.concat([received, bytes]);
      const answer = kind === 'mysql' ? readGreeting(received) : readPong(received);
      if (answer !== undefined) finish(answer);
    });
    connection.on('error', () => finish(connected ? 'busy' : 'silent'));
    connection.on('close', () => finish(connected ? 'busy' : 'silent'));
  });
}

/** First packet: three bytes of length, a sequence number, then 10 (the protocol) or 255 (an error, such as too many connections: it serves, only not us). */
export function readGreeting(received: Buffer): Answer | undefined {
  const protocol = received[4];
  if (protocol === undefined) return undefined;
  return protocol === 10 || protocol === 255 ? 'ready' : 'busy';
}

/** `-LOADING`, `-MASTERDOWN` and the like come before it serves; `-NOAUTH` is an answer like any other. */
export function readPong(received: Buffer): Answer | undefined {
  const end = received.indexOf('\r\n');
  if (end < 0) return undefined;
  return /^(\+PONG|-NOAUTH|-NOPERM)/.test(received.toString('latin1', 0, end)) ? 'ready' : 'busy';
}
