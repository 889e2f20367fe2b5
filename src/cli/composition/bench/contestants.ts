import type { Database } from '../../../adapters/mysql/database.ts';
import type { BenchProduct, DraftParts } from '../../../bench/bench-draft.ts';
import type { Contestant } from '../../../bench/contestant.ts';
import type { ContestantName } from '../../../bench/contestant-names.ts';
import { createCountingClock } from '../../../bench/counting-clock.ts';
import {
  createPauses,
  PAUSED_LOCK,
  pausedBeforeWriting,
  withoutExtension,
} from '../../../bench/paused-owner.ts';
import { strategyContestant } from '../../../bench/strategy-contestant.ts';
import { createLockWithoutFence } from '../../../bench/unsafe/lock-without-fence.ts';
import { createReadCheckWrite } from '../../../bench/unsafe/read-check-write.ts';
import type { Origin, StrategyName } from '../../../domain/posting.ts';
import { once } from '../../../lib/once.ts';
import { createLock } from '../../../strategies/lock.ts';
import type { MysqlStoreOptions } from '../mysql-store.ts';
import { createOrders } from '../orders.ts';
import { createPoolDependencies } from '../pool-dependencies.ts';
import { createStock } from '../stock.ts';
import type { StoresOnDemand } from '../stores-on-demand.ts';
import { createPoolShop } from './pool-shop.ts';

export interface ContestantsOptions extends MysqlStoreOptions {
  readonly run: string;
  readonly origin: Origin;
  readonly contestants: readonly ContestantName[];
  readonly stores: StoresOnDemand;
  readonly database: Database;
  readonly items: readonly BenchProduct[];
}

export async function enterContestants(
  options: ContestantsOptions,
): Promise<readonly Contestant[]> {
  const entered: Contestant[] = [];
  for (const name of options.contestants) entered.push(await enter(name, options));
  return entered;
}

/** Each has a clock of its own, by which its waits are counted. */
async function enter(name: ContestantName, options: ContestantsOptions): Promise<Contestant> {
  const { database, stores, config, origin, items } = options;
  const { clock, waits } = createCountingClock(options.clock);
  const parts: DraftParts = { products: items, origin };
  switch (name) {
    case 'read-check-write':
      return createReadCheckWrite({ ...parts, database });
    case 'lock-no-fence': {
      const locks = await stores.locks();
      const pauses = createPauses(options.clock);
      return createLockWithoutFence({ ...parts, database, locks, clock, pauses, retries: waits });
    }
    case 'lock-paused': {
      const strategy = createLock({
        database: pausedBeforeWriting(database, createPauses(options.clock)),
        clock,
        attemptsMax: config.stock.optimisticAttemptsMax,
        locks: withoutExtension(await stores.locks()),
        settings: PAUSED_LOCK,
      });
      return strategyContestant(strategy, parts, { name, retries: waits });
    }
    default:
      return enterStrategy(name, options, { parts, clock, waits });
  }
}

async function enterStrategy(
  name: StrategyName,
  options: ContestantsOptions,
  own: {
    readonly parts: DraftParts;
    readonly clock: ContestantsOptions['clock'];
    readonly waits: () => number;
  },
): Promise<Contestant> {
  const { database, stores, config, origin } = options;
  const { parts, clock, waits } = own;
  const pools = once(async () =>
    createPoolDependencies(options, {
      database,
      gate: await stores.gate(),
      onRecovery: undefined,
    }),
  );
  const { strategy } = await createStock(name, {
    ...{ database, clock, origin, config, pools, locks: stores.locks },
    orders: () => Promise.resolve(createOrders({ stores, pools, config, clock, origin })),
  });
  const shop = name === 'lua' ? createPoolShop(await pools(), options) : {};
  return strategyContestant(strategy, parts, { name, retries: waits, ...shop });
}
