import type { Config } from '../../config/config.ts';
import type { Origin } from '../../domain/posting.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OrderDependencies } from '../../services/orders/dependencies.ts';
import { createPoolDirectory } from '../../services/orders/pool-directory.ts';
import { reviveShard } from '../../services/pools/revive-shard.ts';
import type { PoolDependencies } from '../../services/pools/dependencies.ts';
import { createSuspicions } from './suspicions.ts';
import type { StoresOnDemand } from './stores-on-demand.ts';

export interface OrderParts {
  readonly stores: Pick<StoresOnDemand, 'database' | 'gate'>;
  readonly pools: () => Promise<PoolDependencies>;
  readonly config: Config;
  readonly clock: Clock;
  readonly origin: Origin;
  /** Whether a worker is asked to check what these orders meet; what a bench does to its stores is no riddle. */
  readonly isWatched?: boolean;
}

type Recover = NonNullable<OrderDependencies['recover']>;

/** What orders need; opens nothing. An order that Redis answers loads nothing of MySQL. */
export function createOrders({
  stores,
  pools,
  config,
  clock,
  origin,
  isWatched = false,
}: OrderParts): OrderDependencies {
  const { attemptsMax, baseMs, factor } = config.retry;
  const books: OrderDependencies['books'] = async () => (await pools()).books;
  return {
    gate: stores.gate,
    directory: createPoolDirectory({ gate: stores.gate, books, clock }),
    books,
    catalogue: async () => (await pools()).catalogue,
    fallback:
      config.pools.fallback === 'none'
        ? null
        : async () => {
            const { createConditional } = await import('../../strategies/conditional.ts');
            return createConditional({
              database: await stores.database(),
              clock,
              attemptsMax: config.stock.optimisticAttemptsMax,
            });
          },
    recover: recoverTogether(async (shard) => {
      const dependencies = await pools();
      const outcome = await reviveShard(dependencies, shard);
      dependencies.onRecovery?.(shard, outcome);
      return outcome;
    }),
    onSuspicion: isWatched
      ? createSuspicions({ database: stores.database, clock, origin })
      : undefined,
    clock,
    origin,
    limits: { budgetMs: config.pools.budgetMs, retry: { attemptsMax, baseMs, factor } },
  };
}

/** One recovery of a shard at a time: thousands of orders that wait for it would all begin their own. */
function recoverTogether(recover: Recover): Recover {
  const running = new Map<number, ReturnType<Recover>>();
  return (shard) => {
    const known = running.get(shard);
    if (known !== undefined) return known;
    const outcome = recover(shard).finally(() => running.delete(shard));
    running.set(shard, outcome);
    return outcome;
  };
}
