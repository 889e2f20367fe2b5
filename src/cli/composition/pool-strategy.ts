import { createStockReader } from '../../adapters/mysql/stock-reader.ts';
import type { PostingStrategy } from '../../ports/posting-strategy.ts';
import { recallDraft, sellDraft } from '../../services/orders/sell-draft.ts';
import { autoOpenPool } from '../../services/pools/auto-open-pool.ts';
import type { PoolPlace } from '../../services/pools/find-pool.ts';
import { createLua } from '../../strategies/lua.ts';
import type { StockParts } from './stock-parts.ts';

/** As many as one call to Redis carries by default, so that a file of one product fills its calls. */
const IN_FLIGHT_MAX = 256;

/** The strategy `lua`: pools first, MySQL for everything that no pool sells. */
export async function createPoolStrategy({
  database,
  config,
  origin,
  orders: openOrders,
  pools,
  conditional,
}: StockParts & { readonly conditional: PostingStrategy }): Promise<PostingStrategy> {
  const orders = await openOrders();
  const unitsMax = config.pools.autoOpenUnits;
  const open = async (place: PoolPlace): Promise<boolean> =>
    autoOpenPool(
      { ...(await pools()), stock: createStockReader(database), origin, unitsMax },
      place,
    );
  const seller = { orders, openPool: unitsMax === 0 ? null : open };
  return createLua({
    sell: (draft, line, options) => sellDraft(seller, draft, line, options),
    recall: (draft, line) => recallDraft(orders, draft, line),
    conditional,
    inFlightMax: IN_FLIGHT_MAX,
  });
}
