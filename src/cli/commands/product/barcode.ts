import { Command } from 'commander';
import { hasValidCheckDigit, parseBarcode } from '../../../domain/parse/barcode.ts';
import { must } from '../../../domain/parse/parsed.ts';
import { parseQuantity } from '../../../domain/parse/quantity.ts';
import { addBarcode, removeBarcode } from '../../../services/catalogue/barcodes.ts';
import type { BarcodeOfProduct } from '../../../services/catalogue/barcodes.ts';
import type { Context } from '../../context.ts';
import { addRequestIdOption, given, productText, requestIdOf } from '../../option-values.ts';
import type { Presentation } from '../../terminal/types.ts';
import { requestLine, writing, writtenFacts } from '../../write.ts';
import type { Written } from '../../write.ts';

export interface BarcodeAddOptions {
  readonly product: string;
  readonly code: string;
  readonly unitsPerScan: number;
  readonly requestId: string | undefined;
}

export interface BarcodeRemoveOptions {
  readonly code: string;
  readonly requestId: string | undefined;
}

/** `inv product barcode add|remove` */
export function productBarcodeCommand(run: {
  readonly add: (options: BarcodeAddOptions) => Promise<void>;
  readonly remove: (options: BarcodeRemoveOptions) => Promise<void>;
}): Command {
  const add = new Command('add')
    .summary('give a product a code to scan')
    .description('Gives a product a code to scan. One code means one product and one pack size.')
    .argument('<sku>', 'product, by SKU or barcode')
    .argument('<code>', 'kept exactly as scanned')
    .option('--units <count>', 'base units that one scan stands for; default: 1')
    .action(
      (
        sku: string,
        code: string,
        flags: { readonly units?: string; readonly requestId?: string },
      ) =>
        run.add({
          product: productText(sku),
          code: must(parseBarcode(code), 'barcode'),
          unitsPerScan: given(flags.units, parseQuantity, '--units') ?? 1,
          requestId: requestIdOf(flags),
        }),
    );
  const remove = new Command('remove')
    .summary('take a code away')
    .description('Takes a code away from its product; it may then be given to another.')
    .argument('<code>', 'the code, exactly as scanned')
    .action((code: string, flags: { readonly requestId?: string }) =>
      run.remove({ code: must(parseBarcode(code), 'barcode'), requestId: requestIdOf(flags) }),
    );
  return new Command('barcode')
    .summary('codes to scan')
    .description('The codes that a product is scanned by.')
    .addCommand(addRequestIdOption(add))
    .addCommand(addRequestIdOption(remove));
}

export async function runBarcodeAdd(
  context: Context,
  { product, code, unitsPerScan, requestId }: BarcodeAddOptions,
): Promise<void> {
  const dependencies = await context.catalogue();
  const written = await writing(context, requestId, (write) =>
    addBarcode(dependencies, { product, barcode: { code, unitsPerScan } }, write),
  );
  if (hasValidCheckDigit(code) === false) {
    context.terminal.warn(`${code} ends in a wrong check digit: was it typed?`);
  }
  await context.terminal.print(barcodePresentation(written, 'is a barcode of'));
}

export async function runBarcodeRemove(
  context: Context,
  { code, requestId }: BarcodeRemoveOptions,
): Promise<void> {
  const dependencies = await context.catalogue();
  const written = await writing(context, requestId, (write) =>
    removeBarcode(dependencies, code, write),
  );
  await context.terminal.print(barcodePresentation(written, 'no longer means'));
}

function barcodePresentation(written: Written<BarcodeOfProduct>, verb: string): Presentation {
  const { sku, barcode, changed } = written.value;
  const { code, unitsPerScan } = barcode;
  const pack = unitsPerScan === 1 ? '' : `, ${String(unitsPerScan)} units a scan`;
  return {
    document: {
      ...writtenFacts(written, !changed),
      sku,
      code,
      units_per_scan: unitsPerScan,
    },
    human: (style) => [
      `${style.green(style.mark.ok)} ${code} ${verb} ${style.bold(sku)}${pack}${
        changed ? '' : ' already'
      }`,
      requestLine(written, { replayed: false, style }),
    ],
  };
}
