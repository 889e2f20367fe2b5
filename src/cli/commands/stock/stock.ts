import { Command } from 'commander';
import type { CommandHost } from '../../command-host.ts';
import { stockInCommand } from './in.ts';
import { runStockMove } from './run-in-out.ts';
import { stockOutCommand } from './out.ts';

export function stockCommand(host: CommandHost): Command {
  return new Command('stock')
    .description('Goods in and out, levels, and the ledger behind them.')
    .addCommand(stockInCommand((options) => host.run((context) => runStockMove(context, options))))
    .addCommand(
      stockOutCommand((options) => host.run((context) => runStockMove(context, options))),
    );
}
