import { Command, Option } from 'commander';
import { parseCode } from '../../../domain/parse/code.ts';
import { parseSku } from '../../../domain/parse/sku.ts';
import type { CatalogueStatus } from '../../../ports/product-store.ts';
import { listProducts } from '../../../services/catalogue/list-products.ts';
import { productDocument } from '../../../services/catalogue/product-document.ts';
import type { Context } from '../../context.ts';
import { listLimit, moreHint, parseSearch, statusOf, STATUSES } from '../../list-options.ts';
import { given, parsePositive } from '../../option-values.ts';
import { mapRows } from '../../rows.ts';
import { PRODUCT_LIST_COLUMNS } from './product-view.ts';

interface Flags {
  readonly search?: string;
  readonly status: (typeof STATUSES)[number];
  readonly supplier?: string;
  readonly limit?: string;
  readonly after?: string;
}

export interface ProductListOptions {
  readonly search: string | null;
  readonly status: CatalogueStatus | null;
  readonly supplier: string | null;
  readonly limit: number | undefined;
  readonly after: string;
}

/** `inv product list` */
export function productListCommand(run: (options: ProductListOptions) => Promise<void>): Command {
  return new Command('list')
    .summary('list and search products')
    .description('Lists products by SKU: a page on a terminal, all of them in a pipe.')
    .option('--search <text>', 'found in SKU, name or barcode, whatever the letter case')
    .addOption(new Option('--status <status>', 'which ones').choices(STATUSES).default('active'))
    .option('--supplier <code>', 'only what this supplier sells')
    .option('--limit <count>', 'at most so many; default on a terminal: 50')
    .option('--after <sku>', 'the page after this SKU')
    .action((flags: Flags) => run(listOptions(flags)));
}

function listOptions(flags: Flags): ProductListOptions {
  return {
    search: given(flags.search, parseSearch, '--search') ?? null,
    status: statusOf(flags.status),
    supplier: given(flags.supplier, parseCode, '--supplier') ?? null,
    limit: given(flags.limit, parsePositive, '--limit'),
    after: given(flags.after, parseSku, '--after') ?? '',
  };
}

export async function runProductList(
  context: Context,
  { search, status, supplier, limit, after }: ProductListOptions,
): Promise<void> {
  const { terminal } = context;
  const shownMax = listLimit(terminal, limit);
  let lastSku = '';
  const products = listProducts(await context.catalogue(), {
    search,
    status,
    supplier,
    afterSku: after,
    limit: shownMax,
  });
  await terminal.printStream({
    columns: PRODUCT_LIST_COLUMNS,
    rows: mapRows(products, (product) => {
      lastSku = product.sku;
      return productDocument(product);
    }),
    empty: search === null ? 'no products' : 'no product matches',
    footer: (count) =>
      count < shownMax ? undefined : moreHint(count, `inv product list --after ${lastSku}`),
  });
}
