import { parseBarcode } from '../../../domain/parse/barcode.ts';
import { must } from '../../../domain/parse/parsed.ts';
import { parseSku } from '../../../domain/parse/sku.ts';

/**
 * A word that may name a product: a SKU or a barcode, as typed. What can be neither is refused here,
 * before any store is touched.
 * @throws InvError INVALID_INPUT
 */
export function productArgument(text: string): string {
  const sku = parseSku(text);
  return parseBarcode(text).ok ? text.trim() : must(sku, 'SKU');
}
