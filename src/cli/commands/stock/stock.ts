import { Command } from 'commander';
import type { CommandHost } from '../../command-host.ts';
import { stockImportCommand } from './import.ts';
import { stockInCommand, stockOutCommand } from './in-out.ts';
import type { StockMoveRunners } from './in-out.ts';
import { runStockFile } from './run-file.ts';
import { runStockMove } from './run-in-out.ts';

export function stockCommand(host: CommandHost): Command {
  const moves: StockMoveRunners = {
    one: (options) => host.run((context) => runStockMove(context, options)),
    file: (options) => host.run((context) => runStockFile(context, options)),
  };
  return new Command('stock')
    .description('Goods in and out, levels, and the ledger behind them.')
    .addCommand(stockInCommand(moves))
    .addCommand(stockOutCommand(moves))
    .addCommand(stockImportCommand(moves.file));
}
