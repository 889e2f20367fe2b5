import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
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
  /** Strikes every message that is chosen, until `undefined` is given; `at` counts for itself. */
  armEvery(fault: Fault | undefined): void;
  /** How many messages have been struck so far. */
  strikes(): number;
  /** Delays every answer of the server; a function gives a new time for each. Order is kept. */
  delay(milliseconds: number | (() => number)): void;
  /** Cuts each later connection after so many bytes of answers. */
  cutAfter(bytes: number | undefined): void;
  /** Half-opens every connection there is, and every later one until it is given false. */
  hold(isHeld: boolean): void;
  close(): Promise<void>;
}

interface Rules {
  armed: { fault: Fault; count: number; struck: () => void } | undefined;
  every: { fault: Fault; count: number } | undefined;
  strikes: number;
  hasStruck: boolean;
  delayMs: () => number;
  answerBytesMax: number | undefined;
  isHeld: boolean;
}

/** Stands between a client and the socket of a server, and breaks what passes through it. */
export async function openFaultProxy(serverSocketPath: string): Promise<FaultProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'inv-proxy-'));
  const socketPath = join(folder, 'p.sock');
  const sockets = new Set<Socket>();
  const holders = new Set<() => void>();
  const rules: Rules = {
    armed: undefined,
    every: undefined,
    strikes: 0,
    hasStruck: false,
    delayMs: () => 0,
    answerBytesMax: undefined,
    isHeld: false,
  };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = createConnection(serverSocketPath);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
    const hold = passThrough(client, upstream, rules);
    holders.add(hold);
    client.on('close', () => holders.delete(hold));
  });
  const listening = deferred();
  server.listen(socketPath, listening.resolve);
  await listening.promise;
  return {
    socketPath,
    arm: (fault) => {
      const struck = deferred();
      rules.hasStruck = false;
      rules.armed = { fault, count: 0, struck: struck.resolve };
      return struck.promise;
    },
    hasStruck: () => rules.hasStruck,
    armEvery: (fault) => {
      rules.every = fault === undefined ? undefined : { fault, count: 0 };
    },
    strikes: () => rules.strikes,
    delay: (milliseconds) => {
      rules.delayMs = typeof milliseconds === 'number' ? () => milliseconds : milliseconds;
    },
    cutAfter: (bytes) => {
      rules.answerBytesMax = bytes;
    },
    hold: (isHeld) => {
      rules.isHeld = isHeld;
      if (isHeld) for (const hold of holders) hold();
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

/** Carries one connection. @returns what half-opens it */
function passThrough(client: Socket, upstream: Socket, rules: Rules): () => void {
  const end = (): void => {
    client.destroy();
    upstream.destroy();
  };
  for (const socket of [client, upstream]) socket.on('close', end).on('error', end);
  let { isHeld } = rules;
  const answerBytesMax = rules.answerBytesMax ?? Infinity;
  let answerBytes = 0;
  let ofReply: Fault | undefined;
  const strike = ({ how }: Fault): void => {
    rules.strikes += 1;
    rules.hasStruck = true;
    if (how === 'cut') end();
    else isHeld = true;
  };
  const answer = inOrder(client, rules);
  // Held, it does not even answer a goodbye.
  client.on('end', () => {
    if (!isHeld) end();
  });
  client.on('data', (message) => {
    if (isHeld) return;
    const chosen = choose(message, rules);
    if (chosen?.fault.where === 'request') {
      strike(chosen.fault);
      chosen.struck();
      return;
    }
    if (chosen !== undefined) {
      ofReply = chosen.fault;
      upstream.once('data', chosen.struck);
    }
    upstream.write(message);
  });
  upstream.on('data', (bytes) => {
    if (isHeld) return;
    if (ofReply !== undefined) {
      if (typeof ofReply.where === 'object') {
        client.write(bytes.subarray(0, ofReply.where.replyBytes));
      }
      strike(ofReply);
      return;
    }
    answerBytes += bytes.length;
    if (answerBytes <= answerBytesMax) {
      answer(bytes);
      return;
    }
    rules.strikes += 1;
    client.end(bytes.subarray(0, bytes.length - (answerBytes - answerBytesMax)), end);
  });
  return () => {
    isHeld = true;
  };
}

/** The fault that this message meets, if any: the one armed for once comes first. */
function choose(
  message: Buffer,
  rules: Rules,
): { readonly fault: Fault; readonly struck: () => void } | undefined {
  const { armed, every } = rules;
  if (armed !== undefined) {
    armed.count += 1;
    if (armed.fault.at(message, armed.count)) {
      rules.armed = undefined;
      return armed;
    }
  }
  if (every === undefined) return undefined;
  every.count += 1;
  return every.fault.at(message, every.count)
    ? { fault: every.fault, struck: () => undefined }
    : undefined;
}

/** A later answer never overtakes an earlier one, however their delays fall. */
function inOrder(client: Socket, rules: Rules): (bytes: Buffer) => void {
  let before = Promise.resolve();
  let waiting = 0;
  return (bytes) => {
    const delayMs = rules.delayMs();
    if (delayMs === 0 && waiting === 0) {
      client.write(bytes);
      return;
    }
    waiting += 1;
    const due = sleep(delayMs);
    before = before.then(async () => {
      await due;
      waiting -= 1;
      client.write(bytes);
    });
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
