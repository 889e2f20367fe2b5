import { Command } from 'commander';
import type { CommandHost } from '../../command-host.ts';
import { productAddCommand, runProductAdd } from './add.ts';
import { productArchiveCommand, runProductArchive } from './archive.ts';
import { productBarcodeCommand, runBarcodeAdd, runBarcodeRemove } from './barcode.ts';
import { productEditCommand, runProductEdit } from './edit.ts';
import { productExportCommand, runProductExport } from './export.ts';
import { productImportCommand, runProductImport } from './import.ts';
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
    )
    .addCommand(
      productEditCommand((options) => host.run((context) => runProductEdit(context, options))),
    )
    .addCommand(
      productArchiveCommand((options) =>
        host.run((context) => runProductArchive(context, options)),
      ),
    )
    .addCommand(
      productBarcodeCommand({
        add: (options) => host.run((context) => runBarcodeAdd(context, options)),
        remove: (options) => host.run((context) => runBarcodeRemove(context, options)),
      }),
    )
    .addCommand(
      productImportCommand((options) => host.run((context) => runProductImport(context, options))),
    )
    .addCommand(
      productExportCommand((options) => host.run((context) => runProductExport(context, options))),
    );
}
