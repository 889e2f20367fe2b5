import { listLowStock } from '../../../services/stock/list-stock.ts';
import type { Context } from '../../context.ts';
import { personColumns } from './list-options.ts';
import { lowStream } from './low-view.ts';
import type { StockLowOptions } from './low.ts';

export async function runStockLow(context: Context, options: StockLowOptions): Promise<void> {
  await context.terminal.printStream(
    lowStream(await listLowStock(await context.readers(), options), {
      terminalColumns: personColumns(context.terminal),
    }),
  );
}
