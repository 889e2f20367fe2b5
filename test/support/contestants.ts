import { STRATEGY_NAMES } from '../../src/domain/posting.ts';
import type { StrategyName } from '../../src/domain/posting.ts';
import type { PostingStrategy } from '../../src/ports/posting-strategy.ts';
import type { Books } from './books.ts';
import { dumpTables } from './ledger-proof.ts';
import { luaWithOperator } from './lua-operator.ts';
import type { Fill } from './lua-operator.ts';
import { openPoolParts } from './pool-parts.ts';
import { createStrategy } from './strategies.ts';

/** Every strategy that `--strategy` takes: the suites run over all of them. */
export const strategyNames: readonly StrategyName[] = STRATEGY_NAMES;

/**
 * The strategies of one suite. A MySQL strategy is taken as it is. `lua` comes with an operator and a
 * worker, who do by hand what a shop has them for: before it sells, its pool gets what it may sell;
 * after, the sale is settled, and what the suite sees is what the ledger says. A refusal of a pool is
 * shown with the numbers of the books, as the others show it.
 */
export interface Contestants {
  strategy(name: StrategyName, options?: { readonly fill?: Fill }): PostingStrategy;
  /** Rows that a refusal must leave as they are. */
  dump(name: StrategyName): Promise<unknown>;
  close(): Promise<void>;
}

export async function openContestants(books: Books): Promise<Contestants> {
  const { database } = books;
  const parts = await openPoolParts(database);
  return {
    strategy: (name, { fill = 'drain' } = {}) =>
      name === 'lua'
        ? luaWithOperator({ database: database.database, parts, fill })
        : createStrategy(name, database.database),
    dump: async (name) => {
      const dump = await dumpTables(database);
      return name === 'lua' ? ledgerOf(dump) : dump;
    },
    close: () => parts.bench.close(),
  };
}

/** Without what the operator does for a sale, and without recorded refusals, which are no movement. */
function ledgerOf(dump: Readonly<Record<string, readonly string[]>>): unknown {
  const kept = Object.entries(dump).filter(([table]) => !OPERATOR_TABLES.has(table));
  return Object.fromEntries(
    kept.map(([table, rows]) => {
      const parsed = rows.map((row) => JSON.parse(row) as Record<string, unknown>);
      return [table, parsed.filter(({ kind }) => kind !== 'void').map(withoutReservation)];
    }),
  );
}

const OPERATOR_TABLES: ReadonlySet<string> = new Set([
  'pools',
  'pool_operations',
  'settlement_progress',
  'settlement_log',
]);

function withoutReservation({ reserved, version, ...row }: Record<string, unknown>): unknown {
  return reserved === undefined ? { version, ...row } : row;
}
