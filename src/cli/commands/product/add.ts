import { Command } from 'commander';
import { parseCode } from '../../../domain/parse/code.ts';
import { parseMoney } from '../../../domain/parse/money.ts';
import { must } from '../../../domain/parse/parsed.ts';
import { parseLevel } from '../../../domain/parse/quantity.ts';
import { parseSku } from '../../../domain/parse/sku.ts';
import { parseName, parseUnit } from '../../../domain/parse/text.ts';
import { distinctBarcodes, parsePackBarcode } from '../../../domain/pack-barcode.ts';
import type { PackBarcode } from '../../../domain/pack-barcode.ts';
import { InvError } from '../../../lib/errors.ts';
import { addProduct } from '../../../services/catalogue/add-product.ts';
import type { AddProductRequest } from '../../../services/catalogue/add-product.ts';
import type { Context } from '../../context.ts';
import { addRequestIdOption, collect, given, requestIdOf } from '../../option-values.ts';
import { writing } from '../../write.ts';
import { addedPresentation } from './product-view.ts';

interface Flags {
  readonly name: string;
  readonly unit?: string;
  readonly barcode?: readonly string[];
  readonly supplier?: string;
  readonly minLevel?: string;
  readonly safetyStock?: string;
  readonly cost?: string;
  readonly requestId?: string;
}

export interface ProductAddOptions extends Omit<AddProductRequest, 'location'> {
  readonly requestId: string | undefined;
}

/** `inv product add SKU --name NAME` */
export function productAddCommand(run: (options: ProductAddOptions) => Promise<void>): Command {
  const command = new Command('add')
    .summary('create a product')
    .description('Creates a product, with an empty stock row at the default location.')
    .argument('<sku>', 'A-Z 0-9 . _ : / -, at most 64; written in capitals')
    .requiredOption('--name <text>', 'what people call it')
    .option('--unit <text>', 'what one of it is; default: pcs')
    .option('--barcode <code>', 'a code to scan, CODE=12 for a pack of 12; repeatable', collect)
    .option('--supplier <code>', 'who sells it, preferred')
    .option('--min-level <units>', 'reorder when available falls below')
    .option(
      '--safety-stock <units>',
      'units kept from sales from pools; goods leaving by stock out may take them',
    )
    .option('--cost <money>', 'cost of one base unit, such as 1.25');
  return addRequestIdOption(command).action((sku: string, flags: Flags) =>
    run(addOptions(sku, flags)),
  );
}

function addOptions(sku: string, flags: Flags): ProductAddOptions {
  return {
    sku: must(parseSku(sku), 'SKU'),
    name: must(parseName(flags.name), '--name'),
    unit: given(flags.unit, parseUnit, '--unit') ?? 'pcs',
    barcodes: barcodesOf(flags.barcode ?? []),
    supplier: given(flags.supplier, parseCode, '--supplier') ?? null,
    minLevel: given(flags.minLevel, parseLevel, '--min-level') ?? 0,
    safetyStock: given(flags.safetyStock, parseLevel, '--safety-stock') ?? 0,
    cost: given(flags.cost, parseMoney, '--cost') ?? null,
    requestId: requestIdOf(flags),
  };
}

function barcodesOf(texts: readonly string[]): readonly PackBarcode[] {
  const distinct = distinctBarcodes(texts.map((text) => must(parsePackBarcode(text), '--barcode')));
  if (distinct.ok) return distinct.value;
  throw new InvError(
    'INVALID_INPUT',
    `--barcode: ${distinct.code} is given twice, for different packs`,
  );
}

export async function runProductAdd(
  context: Context,
  { requestId, ...fields }: ProductAddOptions,
): Promise<void> {
  const { location } = context.loaded.config.stock;
  const dependencies = await context.catalogue();
  const added = await writing(context, requestId, (write) =>
    addProduct(dependencies, { ...fields, location }, write),
  );
  await context.terminal.print(addedPresentation(added.value, added));
}
