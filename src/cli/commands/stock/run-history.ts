import { parseActor } from '../../../domain/parse/text.ts';
import { must } from '../../../domain/parse/parsed.ts';
import { ledgerHistory } from '../../../services/stock/ledger-history.ts';
import type { Context } from '../../context.ts';
import { balanceText, historyStream } from './history-view.ts';
import type { StockHistoryOptions } from './history.ts';
import { personColumns } from './list-options.ts';

export async function runStockHistory(
  context: Context,
  options: StockHistoryOptions,
): Promise<void> {
  // Only the flag itself: who works under INV_ACTOR still wants to see what others booked.
  const flag = context.globals.settings.flags.actor;
  const actor = typeof flag === 'string' ? must(parseActor(flag), '--actor') : null;
  const history = await ledgerHistory(await context.readers(), { ...options, actor });
  const { terminal } = context;
  await terminal.printStream(
    historyStream(history.entries, {
      limit: options.limit,
      terminalColumns: personColumns(terminal),
    }),
  );
  if (history.balance !== null && options.asOf !== null) {
    terminal.note(balanceText(history.balance, options.asOf));
  }
}
