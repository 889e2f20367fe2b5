import { Command } from 'commander';
import type { CommandHost } from '../../command-host.ts';
import { runSupplierAdd, supplierAddCommand } from './add.ts';

export function supplierCommand(host: CommandHost): Command {
  return new Command('supplier')
    .description('Who goods are bought from, what they sell, and at what price.')
    .addCommand(
      supplierAddCommand((options) => host.run((context) => runSupplierAdd(context, options))),
    );
}
