import { listPools } from '../../../services/pools/list-pools.ts';
import { showPool } from '../../../services/pools/show-pool.ts';
import type { Context } from '../../context.ts';
import type { PoolListOptions } from './list.ts';
import { poolColumns, poolDocument, poolLines, poolRow, poolRowForPeople } from './pool-view.ts';
import { operationDocument, operationLine } from './operation-view.ts';
import type { PoolShowOptions } from './show.ts';

/** The last ones: who did what to the pool, and why. */
const OPERATIONS_MAX = 10;

export async function runPoolShow(context: Context, options: PoolShowOptions): Promise<void> {
  const location = options.location ?? context.loaded.config.stock.location;
  const dependencies = await context.pools();
  const pool = await showPool(dependencies, { product: options.product, location });
  const { poolId } = pool;
  const operations = await dependencies.books.operations({ poolId, limit: OPERATIONS_MAX });
  for (const warning of pool.warnings) context.terminal.warn(warning);
  await context.terminal.print({
    document: { ...poolDocument(pool), operations: operations.map(operationDocument) },
    rows: [poolRow(pool)],
    columns: poolColumns(false),
    human: (style) => [...poolLines(pool, style), ...operations.map(operationLine)],
  });
}

export async function runPoolList(context: Context, options: PoolListOptions): Promise<void> {
  const { terminal } = context;
  const pools = await listPools(await context.pools(), {
    product: options.product ?? null,
    location: options.location ?? null,
    includeClosed: options.all,
  });
  const isForPeople = terminal.format === 'table';
  for (const warning of new Set(pools.flatMap(({ warnings }) => warnings))) terminal.warn(warning);
  await terminal.print({
    document: pools.map(poolDocument),
    rows: pools.map(isForPeople ? poolRowForPeople : poolRow),
    columns: poolColumns(isForPeople, pools),
    empty: options.all ? 'no pools' : 'no pool is open; inv pool open SKU QTY opens one',
  });
}
