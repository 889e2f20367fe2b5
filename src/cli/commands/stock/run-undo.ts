import { undoPosting } from '../../../services/stock/undo-posting.ts';
import type { Context } from '../../context.ts';
import { postingPresentation } from './posting-view.ts';
import type { StockUndoOptions } from './undo.ts';

export async function runStockUndo(context: Context, options: StockUndoOptions): Promise<void> {
  const { dryRun } = context.globals;
  const requestId = options.requestId ?? context.newRequestId();
  const { strategy, origin } = await context.stock(options.strategy);
  const { ledger } = await context.readers();
  context.writing(requestId);
  const posted = await undoPosting(
    { ledger, strategy, origin },
    { target: options.target, requestId, reason: options.reason ?? null },
    { dryRun },
  );
  context.writing(null);
  await context.terminal.print(postingPresentation(posted, { dryRun }));
}
