import type { JsonObject, JsonValue } from '../../../lib/json.ts';
import type { AddedProduct } from '../../../services/catalogue/add-product.ts';
import {
  productDetailsDocument,
  productDocument,
} from '../../../services/catalogue/product-document.ts';
import type { ProductDetails } from '../../../services/catalogue/product-document.ts';
import type { Column, Presentation } from '../../terminal/types.ts';
import { requestLine, writtenFacts } from '../../write.ts';
import type { Written } from '../../write.ts';

/** The columns of `inv product list`; a narrow terminal keeps SKU and name longest. */
export const PRODUCT_LIST_COLUMNS: readonly Column[] = [
  { key: 'sku', title: 'SKU', priority: 3 },
  { key: 'name', title: 'NAME', priority: 2 },
  { key: 'unit', title: 'UNIT' },
  {
    key: 'status',
    title: 'STATUS',
    style: (value) => (value === 'archived' ? 'dim' : undefined),
  },
  { key: 'min_level', title: 'MIN', priority: 1 },
  { key: 'safety_stock', title: 'SAFETY', priority: 1 },
  { key: 'cost', title: 'COST', align: 'right', priority: 1 },
  { key: 'barcodes', title: 'BARCODES' },
];

export function addedPresentation(
  { product, replayed }: AddedProduct,
  written: Omit<Written<unknown>, 'value'>,
): Presentation {
  return {
    document: { ...writtenFacts(written, replayed), ...productDocument(product) },
    human: (style) => [
      `${style.green(style.mark.ok)} ${style.bold(product.sku)} ${product.name}${
        replayed ? ' exists' : ' added'
      }${factsOf(productDocument(product))}`,
      requestLine(written, { replayed, style }),
    ],
  };
}

/** `: pcs, min 20, cost 1.25, barcode 4006381333931` */
function factsOf(document: JsonObject): string {
  const barcodes = document['barcodes'];
  const parts = [
    document['unit'],
    labelled('min', document['min_level']),
    labelled('safety stock', document['safety_stock']),
    labelled('cost', document['cost']),
    labelled('supplier', document['supplier']),
    Array.isArray(barcodes) && barcodes.length > 0 ? `barcode ${barcodes.join(', ')}` : undefined,
  ].filter((part) => typeof part === 'string');
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`;
}

function labelled(label: string, value: JsonValue | undefined): string | undefined {
  if (value === undefined || value === null || value === 0) return undefined;
  return `${label} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`;
}

/** One document: the product, then its suppliers and locations as tables of their own. */
export function detailsPresentation(details: ProductDetails): Presentation {
  return { document: productDetailsDocument(details) };
}
