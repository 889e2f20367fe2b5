import { parseBarcode } from './parse/barcode.ts';
import type { Parsed } from './parse/parsed.ts';
import { parsed, refused } from './parse/parsed.ts';
import { parseQuantity } from './parse/quantity.ts';

/** A barcode and the base units that one scan of it stands for. */
export interface PackBarcode {
  readonly code: string;
  readonly unitsPerScan: number;
}

/** `4006381333931`, or `4006381333931=12` for a pack of 12 units. The last `=` counts. */
export function parsePackBarcode(text: string): Parsed<PackBarcode> {
  const match = /^(.+)=([0-9]+)$/.exec(text.trim());
  const code = parseBarcode(match?.[1] ?? text);
  if (!code.ok) return code;
  if (match === null) return parsed({ code: code.value, unitsPerScan: 1 });
  const units = parseQuantity(match[2] ?? '');
  if (!units.ok) return refused(`the units after = in ${code.value}: ${units.message}`);
  return parsed({ code: code.value, unitsPerScan: units.value });
}

/** The text that `parsePackBarcode` reads back as the same barcode. */
export function packBarcodeText({ code, unitsPerScan }: PackBarcode): string {
  const looksLikePack = /=[0-9]+$/.test(code);
  return unitsPerScan === 1 && !looksLikePack ? code : `${code}=${String(unitsPerScan)}`;
}

/** @returns the barcodes, or the code that stands there twice with different units */
export function distinctBarcodes(
  barcodes: readonly PackBarcode[],
):
  | { readonly ok: true; readonly value: readonly PackBarcode[] }
  | { readonly ok: false; readonly code: string } {
  const byCode = new Map<string, PackBarcode>();
  for (const barcode of barcodes) {
    const earlier = byCode.get(barcode.code);
    if (earlier !== undefined && earlier.unitsPerScan !== barcode.unitsPerScan) {
      return { ok: false, code: barcode.code };
    }
    byCode.set(barcode.code, barcode);
  }
  return { ok: true, value: [...byCode.values()] };
}
