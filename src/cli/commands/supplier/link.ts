import { Command } from 'commander';
import { parseCode } from '../../../domain/parse/code.ts';
import { parseLeadDays } from '../../../domain/parse/lead-days.ts';
import { parseMoney } from '../../../domain/parse/money.ts';
import { must } from '../../../domain/parse/parsed.ts';
import { parseQuantity } from '../../../domain/parse/quantity.ts';
import { parseActor } from '../../../domain/parse/text.ts';
import type { JsonObject } from '../../../lib/json.ts';
import type { SupplyTerms } from '../../../ports/supplier-store.ts';
import { linkSupplier, unlinkSupplier } from '../../../services/catalogue/link-supplier.ts';
import type { Linked, LinkRequest } from '../../../services/catalogue/link-supplier.ts';
import { termsDocument } from '../../../services/catalogue/supplier-document.ts';
import type { Context } from '../../context.ts';
import {
  addRequestIdOption,
  given,
  givenFields,
  productText,
  requestIdOf,
} from '../../option-values.ts';
import type { Presentation } from '../../terminal/types.ts';
import { requestLine, writing, writtenFacts } from '../../write.ts';
import type { Written } from '../../write.ts';

interface Flags {
  readonly supplierSku?: string;
  readonly cost?: string;
  readonly leadDays?: string;
  readonly minimumOrder?: string;
  readonly preferred?: boolean;
  readonly requestId?: string;
}

export interface UnlinkOptions extends LinkRequest {
  readonly requestId: string | undefined;
}

export interface LinkOptions extends UnlinkOptions {
  readonly terms: Partial<SupplyTerms>;
}

/** A supplier's own code is theirs: free text, 1 to 100 characters. */
const parseSupplierSku = parseActor;

/** `inv supplier link SUPPLIER SKU` */
export function supplierLinkCommand(run: (options: LinkOptions) => Promise<void>): Command {
  const command = new Command('link')
    .summary('say that a supplier sells a product')
    .description('Says that a supplier sells a product; said again, it changes the terms given.')
    .argument('<supplier>', 'supplier')
    .argument('<sku>', 'product, by SKU or barcode')
    .option('--supplier-sku <text>', "the supplier's own code for it")
    .option('--cost <money>', 'what one base unit costs there, such as 1.25')
    .option('--lead-days <days>', 'whole days from order to delivery')
    .option('--minimum-order <units>', 'base units that must be ordered at least')
    .option('--preferred', 'buy it there first')
    .option('--no-preferred', 'no longer buy it there first');
  return addRequestIdOption(command).action((supplier: string, sku: string, flags: Flags) =>
    run({
      supplier: must(parseCode(supplier), 'supplier'),
      product: productText(sku),
      terms: givenFields({
        supplierSku: given(flags.supplierSku, parseSupplierSku, '--supplier-sku'),
        cost: given(flags.cost, parseMoney, '--cost'),
        leadDays: given(flags.leadDays, parseLeadDays, '--lead-days'),
        minimumOrder: given(flags.minimumOrder, parseQuantity, '--minimum-order'),
        preferred: flags.preferred,
      }),
      requestId: requestIdOf(flags),
    }),
  );
}

/** `inv supplier unlink SUPPLIER SKU` */
export function supplierUnlinkCommand(run: (options: UnlinkOptions) => Promise<void>): Command {
  const command = new Command('unlink')
    .summary('say that a supplier no longer sells a product')
    .description('Says that a supplier no longer sells a product.')
    .argument('<supplier>', 'supplier')
    .argument('<sku>', 'product, by SKU or barcode');
  return addRequestIdOption(command).action(
    (supplier: string, sku: string, flags: { readonly requestId?: string }) =>
      run({
        supplier: must(parseCode(supplier), 'supplier'),
        product: productText(sku),
        requestId: requestIdOf(flags),
      }),
  );
}

export async function runSupplierLink(
  context: Context,
  { supplier, product, terms, requestId }: LinkOptions,
): Promise<void> {
  const dependencies = await context.catalogue();
  const written = await writing(context, requestId, (write) =>
    linkSupplier(dependencies, { supplier, product }, { terms, write }),
  );
  await context.terminal.print(linkPresentation(written));
}

export async function runSupplierUnlink(
  context: Context,
  { supplier, product, requestId }: UnlinkOptions,
): Promise<void> {
  const dependencies = await context.catalogue();
  const written = await writing(context, requestId, (write) =>
    unlinkSupplier(dependencies, { supplier, product }, write),
  );
  const { supplier: code, sku, before } = written.value;
  await context.terminal.print({
    document: {
      ...writtenFacts(written, false),
      supplier: code,
      sku,
      before: termsDocument(before),
    },
    human: (style) => [
      `${style.green(style.mark.ok)} ${style.bold(code)} no longer sells ${style.bold(sku)}`,
      requestLine(written, { replayed: false, style }),
    ],
  });
}

function linkPresentation(written: Written<Linked>): Presentation {
  const { supplier, sku, status, before, after } = written.value;
  const terms = termsDocument(after);
  return {
    document: {
      ...writtenFacts(written, false),
      changed: status !== 'unchanged',
      supplier,
      sku,
      ...terms,
      before: before === null ? null : termsDocument(before),
    },
    human: (style) => [
      `${style.green(style.mark.ok)} ${style.bold(supplier)} sells ${style.bold(sku)}${
        status === 'unchanged' ? ' so already' : ''
      }${termsText(terms)}`,
      requestLine(written, { replayed: false, style }),
    ],
  };
}

function termsText(terms: JsonObject): string {
  const parts = Object.entries(terms).flatMap(([key, value]) => {
    const label = key.replaceAll('_', ' ');
    if (value === true) return [label];
    return typeof value === 'string' || typeof value === 'number' ? [`${label} ${value}`] : [];
  });
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`;
}
