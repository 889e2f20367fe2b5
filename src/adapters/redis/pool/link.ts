import type { Redis } from 'ioredis';
import { backoffMs } from '../../../lib/backoff.ts';
import { InvError } from '../../../lib/errors.ts';
import type { Clock } from '../../../ports/clock.ts';
import { closeConnection, hangUp, openConnection } from '../connection.ts';
import type { RedisLimits, RedisTarget } from '../target.ts';
import { lostReply, replyError } from './reply-error.ts';

export interface RedisLinkOptions {
  readonly target: RedisTarget;
  readonly limits: RedisLimits;
  readonly clock: Clock;
}

/** Waits between attempts to connect: short, because a restarted server should be found soon. */
const RECONNECT = { baseMs: 50, factor: 2, maxMs: 2000 } as const;

/**
 * The connection that data travels on. States: none, connecting, connected, and closed for good.
 * A call connects where there is no connection; after a failure the next attempt waits for its backoff,
 * and calls meanwhile fail at once. Nothing is ever sent twice, no timer runs between calls, and a
 * connection on which a reply was overdue is given up: it may be half open.
 */
export class RedisLink {
  readonly label: string;
  readonly #options: RedisLinkOptions;
  #client: Redis | undefined;
  #connecting: Promise<Redis> | undefined;
  #isClosed = false;
  #failures = 0;
  #nextAttemptAtMs = 0;
  #lastFailure: unknown;

  constructor(options: RedisLinkOptions) {
    this.#options = options;
    this.label = options.target.label;
  }

  /**
   * Sends one command and waits for its reply.
   * @throws InvError STORE_UNAVAILABLE, NOT_PERMITTED, BAD_CONFIGURATION: it was not executed
   * @throws InvError OUTCOME_UNKNOWN: it was sent, and may have been executed
   * @throws FunctionMissing: the server has no such function
   */
  async call(name: string, args: string[]): Promise<unknown> {
    const client = this.#usable() ?? (await this.#connect());
    this.#refuseWhenClosed();
    // From here to the driver's write nothing may wait: what fails later has been sent.
    if (!isWritable(client)) throw this.#unreachable('connection lost');
    try {
      return await client.call(name, args);
    } catch (error) {
      if (error instanceof Error && error.name === 'ReplyError') {
        throw replyError(error, this.label);
      }
      this.#giveUp(client);
      throw lostReply(error, this.label);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#connecting?.catch(() => undefined);
    const client = this.#client;
    this.#client = undefined;
    if (client !== undefined) await closeConnection(client);
  }

  #usable(): Redis | undefined {
    return this.#client?.status === 'ready' ? this.#client : undefined;
  }

  #connect(): Promise<Redis> {
    this.#connecting ??= this.#attempt().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #attempt(): Promise<Redis> {
    const { target, limits, clock } = this.#options;
    if (this.#client !== undefined) this.#giveUp(this.#client);
    this.#refuseWhenClosed();
    if (clock.monotonic() < this.#nextAttemptAtMs) throw this.#lastFailure;
    try {
      const client = await openConnection(target, limits);
      this.#failures = 0;
      this.#client = client;
      return client;
    } catch (error) {
      this.#lastFailure = error;
      const waitMs = backoffMs(this.#failures, clock.random(), RECONNECT);
      this.#nextAttemptAtMs = clock.monotonic() + waitMs;
      this.#failures += 1;
      throw error;
    }
  }

  #refuseWhenClosed(): void {
    if (this.#isClosed) throw this.#unreachable('closed');
  }

  #giveUp(client: Redis): void {
    if (this.#client === client) this.#client = undefined;
    if (client.status !== 'end') hangUp(client);
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
