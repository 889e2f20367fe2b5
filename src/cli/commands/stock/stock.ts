import { Command } from 'commander';
import type { CommandHost } from '../../command-host.ts';
import { stockAdjustCommand } from './adjust.ts';
import { stockImportCommand } from './import.ts';
import { stockInCommand, stockOutCommand } from './in-out.ts';
import type { StockMoveRunners } from './in-out.ts';
import { stockMoveCommand } from './move.ts';
import { runStockAdjust } from './run-adjust.ts';
import { runStockFile } from './run-file.ts';
import { runStockMove } from './run-in-out.ts';
import { runStockMoveBetween } from './run-move.ts';
import { runStockShow } from './run-show.ts';
import { runStockUndo } from './run-undo.ts';
import { stockShowCommand } from './show.ts';
import { stockUndoCommand } from './undo.ts';

export function stockCommand(host: CommandHost): Command {
  const moves: StockMoveRunners = {
    one: (options) => host.run((context) => runStockMove(context, options)),
    file: (options) => host.run((context) => runStockFile(context, options)),
  };
  return new Command('stock')
    .description('Goods in and out, levels, and the ledger behind them.')
    .addCommand(stockInCommand(moves))
    .addCommand(stockOutCommand(moves))
    .addCommand(stockImportCommand(moves.file))
    .addCommand(
      stockAdjustCommand((options) => host.run((context) => runStockAdjust(context, options))),
    )
    .addCommand(
      stockMoveCommand((options) => host.run((context) => runStockMoveBetween(context, options))),
    )
    .addCommand(
      stockUndoCommand((options) => host.run((context) => runStockUndo(context, options))),
    )
    .addCommand(
      stockShowCommand((options) => host.run((context) => runStockShow(context, options))),
    );
}
