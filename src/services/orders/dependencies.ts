import type { Origin } from '../../domain/posting.ts';
import type { Catalogue } from '../../ports/catalogue.ts';
import type { Suspicion } from '../../ports/check-requests.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PoolBooks } from '../../ports/pool-books.ts';
import type { PoolGate } from '../../ports/pool-gate.ts';
import type { PostingStrategy } from '../../ports/posting-strategy.ts';
import type { RecoverOutcome } from '../pools/recover-outcome.ts';
import type { PoolDirectory } from './pool-directory.ts';

/**
 * What orders need. The stores are functions: a fresh order that Redis sells never opens MySQL, so
 * it is fast, and pools go on selling while MySQL is down. Each may be called often; one that failed
 * to open is opened anew by the next call.
 */
export interface OrderDependencies {
  readonly gate: () => Promise<PoolGate>;
  /** Of the same gate; one for all orders of a process. */
  readonly directory: PoolDirectory;
  readonly books: () => Promise<PoolBooks>;
  readonly catalogue: () => Promise<Catalogue>;
  /** Sells from the units outside of the pool when Redis cannot answer; null: nobody does. */
  readonly fallback: (() => Promise<PostingStrategy>) | null;
  /**
   * Brings a fenced shard back where no worker does; it may find that another is at it. Asked at
   * most once an order, after a second of being fenced; null: wait for the worker.
   */
  readonly recover: ((shard: number) => Promise<RecoverOutcome>) | null;
  /** Told of an answer that ought not to be, so that somebody checks its product. It may fail. */
  readonly onSuspicion?: ((suspicion: Suspicion) => Promise<void>) | undefined;
  readonly clock: Clock;
  readonly origin: Origin;
  readonly limits: OrderLimits;
}

export interface OrderLimits {
  /** Longest life of the attempts of one request (`pools.budget_ms`); then the outcome is unknown. */
  readonly budgetMs: number;
  /** Attempts to reach a store that nothing was sent to yet. */
  readonly retry: {
    readonly attemptsMax: number;
    readonly baseMs: number;
    readonly factor: number;
  };
}
