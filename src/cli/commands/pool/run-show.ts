import { listPools } from '../../../services/pools/list-pools.ts';
import { showPool } from '../../../services/pools/show-pool.ts';
import type { Context } from '../../context.ts';
import type { PoolListOptions } from './list.ts';
import { poolColumns, poolDocument, poolLines, poolRow } from './pool-view.ts';
import type { PoolShowOptions } from './show.ts';

export async function runPoolShow(context: Context, options: PoolShowOptions): Promise<void> {
  const location = options.location ?? context.loaded.config.stock.location;
  const pool = await showPool(await context.pools(), { product: options.product, location });
  for (const warning of pool.warnings) context.terminal.warn(warning);
  await context.terminal.print({
    document: poolDocument(pool),
    rows: [poolRow(pool)],
    columns: poolColumns(false),
    human: (style) => poolLines(pool, style),
  });
}

export async function runPoolList(context: Context, options: PoolListOptions): Promise<void> {
  const { terminal } = context;
  const pools = await listPools(await context.pools(), {
    product: options.product ?? null,
    location: options.location ?? null,
    includeClosed: options.all,
  });
  for (const warning of new Set(pools.flatMap(({ warnings }) => warnings))) terminal.warn(warning);
  await terminal.print({
    document: pools.map(poolDocument),
    rows: pools.map(poolRow),
    columns: poolColumns(terminal.format === 'table'),
    empty: options.all ? 'no pools' : 'no pool is open; inv pool open SKU QTY opens one',
  });
}
