import { Command } from 'commander';
import type { CommandHost } from '../../command-host.ts';
import type { Context } from '../../context.ts';
import { stockAdjustCommand } from './adjust.ts';
import { stockHistoryCommand } from './history.ts';
import { stockImportCommand } from './import.ts';
import { stockInCommand, stockOutCommand } from './in-out.ts';
import { stockListCommand } from './list.ts';
import { stockLowCommand } from './low.ts';
import { stockMoveCommand } from './move.ts';
import { runStockAdjust } from './run-adjust.ts';
import { runStockFile } from './run-file.ts';
import { runStockHistory } from './run-history.ts';
import { runStockMove } from './run-in-out.ts';
import { runStockList } from './run-list.ts';
import { runStockLow } from './run-low.ts';
import { runStockMoveBetween } from './run-move.ts';
import { runStockShow } from './run-show.ts';
import { runStockUndo } from './run-undo.ts';
import { runStockWhy } from './run-why.ts';
import { stockShowCommand } from './show.ts';
import { stockUndoCommand } from './undo.ts';
import { stockWhyCommand } from './why.ts';

export function stockCommand(host: CommandHost): Command {
  const inContext =
    <Options>(run: (context: Context, options: Options) => Promise<void>) =>
    (options: Options): Promise<void> =>
      host.run((context) => run(context, options));
  const moves = { one: inContext(runStockMove), file: inContext(runStockFile) };
  return new Command('stock')
    .description('Goods in and out, levels, and the ledger behind them.')
    .addCommand(stockInCommand(moves))
    .addCommand(stockOutCommand(moves))
    .addCommand(stockImportCommand(moves.file))
    .addCommand(stockAdjustCommand(inContext(runStockAdjust)))
    .addCommand(stockMoveCommand(inContext(runStockMoveBetween)))
    .addCommand(stockUndoCommand(inContext(runStockUndo)))
    .addCommand(stockShowCommand(inContext(runStockShow)))
    .addCommand(stockListCommand(inContext(runStockList)))
    .addCommand(stockLowCommand(inContext(runStockLow)))
    .addCommand(stockHistoryCommand(inContext(runStockHistory)))
    .addCommand(stockWhyCommand(inContext(runStockWhy)));
}
