import { Command } from 'commander';
import type { CommandHost } from '../../command-host.ts';
import { runSupplierAdd, supplierAddCommand } from './add.ts';
import { runSupplierArchive, supplierArchiveCommand } from './archive.ts';
import { runSupplierEdit, supplierEditCommand } from './edit.ts';
import { supplierExportCommand, runSupplierExport } from './export.ts';
import { supplierImportCommand, runSupplierImport } from './import.ts';
import {
  runSupplierLink,
  runSupplierUnlink,
  supplierLinkCommand,
  supplierUnlinkCommand,
} from './link.ts';
import { runSupplierList, supplierListCommand } from './list.ts';
import { runSupplierShow, supplierShowCommand } from './show.ts';

export function supplierCommand(host: CommandHost): Command {
  return new Command('supplier')
    .description('Who goods are bought from, what they sell, and at what price.')
    .addCommand(
      supplierAddCommand((options) => host.run((context) => runSupplierAdd(context, options))),
    )
    .addCommand(
      supplierListCommand((options) => host.run((context) => runSupplierList(context, options))),
    )
    .addCommand(
      supplierShowCommand((options) => host.run((context) => runSupplierShow(context, options))),
    )
    .addCommand(
      supplierEditCommand((options) => host.run((context) => runSupplierEdit(context, options))),
    )
    .addCommand(
      supplierArchiveCommand((options) =>
        host.run((context) => runSupplierArchive(context, options)),
      ),
    )
    .addCommand(
      supplierLinkCommand((options) => host.run((context) => runSupplierLink(context, options))),
    )
    .addCommand(
      supplierUnlinkCommand((options) =>
        host.run((context) => runSupplierUnlink(context, options)),
      ),
    )
    .addCommand(
      supplierImportCommand((options) =>
        host.run((context) => runSupplierImport(context, options)),
      ),
    )
    .addCommand(
      supplierExportCommand((options) =>
        host.run((context) => runSupplierExport(context, options)),
      ),
    );
}
