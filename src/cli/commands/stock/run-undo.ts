import { undoPosting } from '../../../services/stock/undo-posting.ts';
import type { Context } from '../../context.ts';
import { bookAndPrint } from './book-and-print.ts';
import type { StockUndoOptions } from './undo.ts';

export async function runStockUndo(context: Context, options: StockUndoOptions): Promise<void> {
  const { dryRun } = context.globals;
  const requestId = options.requestId ?? context.newRequestId();
  await bookAndPrint(context, requestId, async () => {
    const { strategy, origin } = await context.stock(options.strategy);
    const { ledger } = await context.readers();
    const undo = { target: options.target, requestId, reason: options.reason ?? null };
    return () => undoPosting({ ledger, strategy, origin }, undo, { dryRun });
  });
}
