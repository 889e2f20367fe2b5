import type { Redis } from 'ioredis';
import { backoffMs } from '../../../lib/backoff.ts';
import { InvError } from '../../../lib/errors.ts';
import type { Clock } from '../../../ports/clock.ts';
import { closeConnection, hangUp, openConnection } from '../connection.ts';
import type { RedisLimits, RedisTarget } from '../target.ts';
import { lostReply, replyError } from './reply-error.ts';
import { createReplyWatch } from './reply-watch.ts';
import type { ReplyWatch } from './reply-watch.ts';

export interface RedisLinkOptions {
  readonly target: RedisTarget;
  readonly limits: RedisLimits;
  readonly clock: Clock;
}

/** Waits between attempts to connect: short, because a restarted server should be found soon. */
const RECONNECT = { baseMs: 50, factor: 2, maxMs: 2000 } as const;

interface Connection {
  readonly client: Redis;
  readonly watch: ReplyWatch;
  /** A reply did not come in time. */
  isOverdue: boolean;
}

/**
 * The connection that data travels on. States: none, connecting, connected, and closed for good.
 * A call connects where there is no connection; after a failure the next attempt waits for its backoff,
 * and calls meanwhile fail at once. Nothing is ever sent twice, no timer keeps the process alive, and a
 * connection on which a reply is overdue is given up with all that waits on it: it may be half open.
 */
export class RedisLink {
  readonly label: string;
  readonly target: RedisTarget;
  readonly #options: RedisLinkOptions;
  #connection: Connection | undefined;
  #connecting: Promise<Connection> | undefined;
  #isClosed = false;
  #failures = 0;
  #nextAttemptAtMs = 0;
  #lastFailure: unknown;

  constructor(options: RedisLinkOptions) {
    this.#options = options;
    this.target = options.target;
    this.label = options.target.label;
  }

  /** Whether there is a connection, as far as is known. */
  get isUp(): boolean {
    return this.#usable() !== undefined;
  }

  /**
   * Sends one command and waits for its reply.
   * @throws InvError STORE_UNAVAILABLE, NOT_PERMITTED, BAD_CONFIGURATION: it was not executed
   * @throws InvError OUTCOME_UNKNOWN: it was sent, and may have been executed
   * @throws FunctionMissing: the server has no such function
   * @throws Moved: the key is at another node of the cluster
   */
  async call(name: string, args: string[]): Promise<unknown> {
    const connection = this.#usable() ?? (await this.#connect());
    this.#refuseWhenClosed();
    const { client, watch } = connection;
    // From here to the driver's write nothing may wait: what fails later has been sent.
    if (!isWritable(client)) throw this.#unreachable('connection lost');
    try {
      watch.sent();
      return await client.call(name, args);
    } catch (error) {
      if (error instanceof Error && error.name === 'ReplyError') {
        throw replyError(error, this.label);
      }
      this.#giveUp(connection);
      throw lostReply(connection.isOverdue, this.label);
    } finally {
      watch.answered();
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#connecting?.catch(() => undefined);
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection === undefined) return;
    connection.watch.stop();
    await closeConnection(connection.client);
  }

  #usable(): Connection | undefined {
    return this.#connection?.client.status === 'ready' ? this.#connection : undefined;
  }

  #connect(): Promise<Connection> {
    this.#connecting ??= this.#attempt().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #attempt(): Promise<Connection> {
    const { target, limits, clock } = this.#options;
    if (this.#connection !== undefined) this.#giveUp(this.#connection);
    this.#refuseWhenClosed();
    if (clock.monotonic() < this.#nextAttemptAtMs) throw this.#lastFailure;
    try {
      const client = await openConnection(target, limits, { isWatched: true });
      this.#failures = 0;
      this.#connection = this.#watched(client);
      return this.#connection;
    } catch (error) {
      this.#lastFailure = error;
      const waitMs = backoffMs(this.#failures, clock.random(), RECONNECT);
      this.#nextAttemptAtMs = clock.monotonic() + waitMs;
      this.#failures += 1;
      throw error;
    }
  }

  #watched(client: Redis): Connection {
    const { limits, clock } = this.#options;
    const watch = createReplyWatch({
      timeoutMs: limits.commandTimeoutMs,
      monotonic: () => clock.monotonic(),
      overdue: () => {
        connection.isOverdue = true;
        this.#giveUp(connection);
      },
    });
    const connection: Connection = { client, watch, isOverdue: false };
    return connection;
  }

  #refuseWhenClosed(): void {
    if (this.#isClosed) throw this.#unreachable('closed');
  }

  #giveUp(connection: Connection): void {
    if (this.#connection === connection) this.#connection = undefined;
    connection.watch.stop();
    if (connection.client.status !== 'end') hangUp(connection.client);
  }

  #unreachable(why: string): InvError {
    return new InvError('STORE_UNAVAILABLE', `Redis at ${this.label} cannot be reached (${why})`, {
      hint: 'inv doctor',
      facts: { store: 'redis' },
    });
  }
}

function isWritable(client: Redis): boolean {
  return client.status === 'ready' && client.stream.writable;
}
