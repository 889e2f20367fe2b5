import { distinctBarcodes, parsePackBarcode } from '../../domain/pack-barcode.ts';
import type { PackBarcode } from '../../domain/pack-barcode.ts';
import { parseProductLine } from '../../domain/parse/lines.ts';
import type { ParsedLine, ProductLine, RawLine } from '../../domain/parse/lines.ts';

/** A line of a product file; its barcodes may be packs, `CODE=12`. */
export interface ProductFileLine extends Omit<ProductLine, 'barcodes'> {
  readonly barcodes: readonly PackBarcode[];
}

const NO_BARCODES: readonly PackBarcode[] = [];

export function parseProductFileLine(raw: RawLine): ParsedLine<ProductFileLine> {
  const parsed = parseProductLine(raw);
  if (!parsed.ok) return parsed;
  const texts = parsed.value.barcodes;
  if (texts.length === 0) return { ok: true, value: { ...parsed.value, barcodes: NO_BARCODES } };
  const barcodes: PackBarcode[] = [];
  for (const text of texts) {
    const barcode = parsePackBarcode(text);
    if (!barcode.ok) return problem(barcode.message);
    barcodes.push(barcode.value);
  }
  const distinct = distinctBarcodes(barcodes);
  if (!distinct.ok) return problem(`${distinct.code} stands there twice, for different packs`);
  return { ok: true, value: { ...parsed.value, barcodes: distinct.value } };
}

function problem(message: string): ParsedLine<ProductFileLine> {
  return { ok: false, problems: [{ column: 'barcode', message }] };
}
