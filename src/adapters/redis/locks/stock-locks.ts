import { randomUUID } from 'node:crypto';
import { keyText } from '../../../domain/decide.ts';
import type { StockKey } from '../../../domain/decide.ts';
import { assert } from '../../../lib/assert.ts';
import { InvError } from '../../../lib/errors.ts';
import { RedisLinks } from '../cluster/links.ts';
import { createPoolCalls } from '../pool/calls.ts';
import type { PoolCalls } from '../pool/calls.ts';
import type { RedisLinkOptions } from '../pool/link.ts';

/** Locks of stock rows in Redis, each of which is one owner's for a time. They book nothing. */
export interface StockLocks {
  /** An owner whom no other process can be taken for. */
  newOwner(): string;
  /**
   * Takes the locks of the rows in their order, up to the first that is somebody else's; those that the
   * owner has already live anew.
   * @throws InvError STORE_UNAVAILABLE, NOT_PERMITTED, BAD_CONFIGURATION
   */
  acquire(request: LockRequest): Promise<LockAnswer>;
  /** Lets all of them live for another `ttlMs`. False: some were lost, and none was touched. */
  extend(request: Omit<LockRequest, 'floor'>): Promise<boolean>;
  /** Gives back those that are the owner's still. */
  release(request: Omit<LockRequest, 'floor' | 'ttlMs'>): Promise<void>;
}

export interface LockRequest {
  readonly owner: string;
  /** In the global lock order: two owners that want the same rows then never wait for each other. */
  readonly rows: readonly StockKey[];
  readonly ttlMs: number;
  /** A fencing token that was used before: the new one is higher, whatever Redis has forgotten. */
  readonly floor: number;
}

/** The fencing token that comes with all the locks, or null while some are somebody else's. */
export interface LockAnswer {
  readonly token: number | null;
}

export interface OpenStockLocks extends StockLocks {
  /** Ends the connections, if there are any. What is held then lives to the end of its time. */
  disconnect(): Promise<void>;
}

export interface StockLocksOptions extends RedisLinkOptions {
  /** The folder that holds lua/. */
  readonly packageRoot: string;
  readonly keyPrefix: string;
}

/** Opens nothing until it is asked. */
export function createStockLocks(options: StockLocksOptions): OpenStockLocks {
  const links = new RedisLinks(options);
  const calls = createPoolCalls(links, options.packageRoot);
  // The braces make a cluster keep all of them on one node.
  const name = (rest: string): string => `${options.keyPrefix}:{lock}:${rest}`;
  const namesOf = (rows: readonly StockKey[]): readonly string[] =>
    rows.map((row) => name(`l:${keyText(row)}`));
  return {
    newOwner: randomUUID,
    acquire: async ({ owner, rows, ttlMs, floor }) => {
      const keys = [name('fence'), ...namesOf(rows)];
      const args = [owner, String(ttlMs), String(floor)];
      return answerOf(await call(calls, 'acquire-locks', keys, args));
    },
    extend: async ({ owner, rows, ttlMs }) =>
      (await call(calls, 'extend-locks', namesOf(rows), [owner, String(ttlMs)])) === 'extended',
    release: async ({ owner, rows }) => {
      await call(calls, 'release-locks', namesOf(rows), [owner]);
    },
    disconnect: () => links.close(),
  };
}

/** A lock books nothing: whether a lost call took it does not matter, because it ends by itself. */
async function call(
  calls: PoolCalls,
  ...request: Parameters<PoolCalls['write']>
): Promise<unknown> {
  try {
    return await calls.write(...request);
  } catch (error) {
    if (!(error instanceof InvError) || error.code !== 'OUTCOME_UNKNOWN') throw error;
    const { message, facts } = error;
    throw new InvError('STORE_UNAVAILABLE', message, { hint: 'inv doctor', facts, cause: error });
  }
}

function answerOf(reply: unknown): LockAnswer {
  const [code, value] = Array.isArray(reply) ? (reply as unknown[]) : [];
  if (code === 'waiting') return { token: null };
  assert(code === 'acquired', 'a lock is acquired or waited for');
  const token = Number(value);
  assert(Number.isSafeInteger(token) && token > 0, 'a fencing token is a positive integer');
  return { token };
}
