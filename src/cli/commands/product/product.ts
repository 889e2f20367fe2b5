import { Command } from 'commander';
import type { CommandHost } from '../../command-host.ts';
import { productAddCommand, runProductAdd } from './add.ts';
import { productListCommand, runProductList } from './list.ts';
import { productShowCommand, runProductShow } from './show.ts';

export function productCommand(host: CommandHost): Command {
  return new Command('product')
    .description('What is stocked: products, their barcodes and levels.')
    .addCommand(
      productAddCommand((options) => host.run((context) => runProductAdd(context, options))),
    )
    .addCommand(
      productListCommand((options) => host.run((context) => runProductList(context, options))),
    )
    .addCommand(
      productShowCommand((options) => host.run((context) => runProductShow(context, options))),
    );
}
