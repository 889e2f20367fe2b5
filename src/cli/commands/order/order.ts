import { Command } from 'commander';
import type { CommandHost } from '../../command-host.ts';
import type { Context } from '../../context.ts';
import { orderCancelCommand, orderConfirmCommand, orderShowCommand } from './by-id.ts';
import { orderListCommand } from './list.ts';
import { orderPlaceCommand } from './place.ts';
import { runOrderCancel, runOrderConfirm, runOrderShow } from './run-by-id.ts';
import { runOrderList } from './run-list.ts';
import { runOrderPlace } from './run-place.ts';

export function orderCommand(host: CommandHost): Command {
  const inContext =
    <Options>(run: (context: Context, options: Options) => Promise<void>) =>
    (options: Options): Promise<void> =>
      host.run((context) => run(context, options));
  return new Command('order')
    .description('Sales and timed holds taken from a pool.')
    .addCommand(orderPlaceCommand(inContext(runOrderPlace)))
    .addCommand(orderConfirmCommand(inContext(runOrderConfirm)))
    .addCommand(orderCancelCommand(inContext(runOrderCancel)))
    .addCommand(orderShowCommand(inContext(runOrderShow)))
    .addCommand(orderListCommand(inContext(runOrderList)));
}
