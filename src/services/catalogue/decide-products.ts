import type { PackBarcode } from '../../domain/pack-barcode.ts';
import { parseSku } from '../../domain/parse/sku.ts';
import type { ErrorCode } from '../../lib/errors.ts';
import type {
  ChangedProduct,
  ImportedBarcode,
  ImportedLink,
  ImportedProduct,
  KnownProduct,
  ProductWrites,
} from '../../ports/product-import.ts';
import type { CatalogueStatus, ProductFields } from '../../ports/product-store.ts';
import type { BatchResult } from '../files/import-file.ts';
import type { ReadLine } from '../files/read-batches.ts';
import type { LineError } from '../files/import-report.ts';
import type { RepeatedLine } from '../files/merge-log.ts';
import type { ProductFileLine } from './product-line.ts';

/** What the stores say about the codes of a batch. */
export interface ProductSurroundings {
  readonly products: ReadonlyMap<string, KnownProduct>;
  readonly barcodes: ReadonlyMap<string, { readonly sku: string; readonly unitsPerScan: number }>;
  readonly suppliers: ReadonlyMap<string, { readonly id: number; readonly status: CatalogueStatus }>;
  /** The line of an earlier batch of this file that defined a code. */
  readonly firstLine: (code: string) => number | undefined;
  readonly update: boolean;
}

/** The state that a line of the file has given a product. */
interface Defined extends ProductFields {
  readonly line: number;
  readonly supplierId: number | null;
}

interface Decision {
  readonly around: ProductSurroundings;
  readonly defined: Map<string, Defined>;
  /** Barcodes of this batch, by code. */
  readonly claimed: Map<string, { readonly sku: string; readonly unitsPerScan: number }>;
  /** Barcodes of this batch by the SKU they read like. */
  readonly claimedAsSku: Map<string, string>;
  readonly created: ImportedProduct[];
  readonly changed: ChangedProduct[];
  readonly barcodes: ImportedBarcode[];
  readonly links: ImportedLink[];
  readonly errors: LineError[];
  readonly accepted: { code: string; spelling: string; line: number }[];
  readonly repeated: RepeatedLine[];
  readonly counts: { created: number; updated: number; replayed: number; kept: number };
}

/** Decides the lines in their order: what each creates, changes or repeats, or why it is refused. */
export function decideProducts(
  lines: readonly ReadLine<ProductFileLine>[],
  around: ProductSurroundings,
): { readonly result: BatchResult; readonly writes: ProductWrites } {
  const decision: Decision = {
    around,
    defined: new Map(),
    claimed: new Map(),
    claimedAsSku: new Map(),
    created: [],
    changed: [],
    barcodes: [],
    links: [],
    errors: [],
    accepted: [],
    repeated: [],
    counts: { created: 0, updated: 0, replayed: 0, kept: 0 },
  };
  for (const read of lines) decideLine(decision, read);
  const { created, changed, barcodes, links, errors, repeated, accepted, counts } = decision;
  return {
    result: { ...counts, errors, repeated, defined: accepted },
    writes: { created, changed, barcodes, links },
  };
}

function decideLine(decision: Decision, read: ReadLine<ProductFileLine>): void {
  const { around, errors } = decision;
  const { line, value } = read;
  const refuse = (code: ErrorCode, message: string): void => {
    errors.push({ line, code, message, sku: value.sku });
  };
  const supplier = value.supplier === undefined ? undefined : around.suppliers.get(value.supplier);
  if (value.supplier !== undefined && supplier === undefined) {
    refuse('NOT_FOUND', `there is no supplier ${value.supplier}`);
    return;
  }
  if (isRepeat(decision, read, supplier?.id)) return;
  const known = around.products.get(value.sku);
  const isNewSupplier = supplier !== undefined && supplier.id !== known?.supplierId;
  if (isNewSupplier && supplier.status === 'archived') {
    refuse('ARCHIVED', `supplier ${value.supplier ?? ''} is archived`);
    return;
  }
  const conflict = codeConflict(decision, value);
  if (conflict !== undefined) {
    refuse('ALREADY_EXISTS', conflict);
    return;
  }
  const linkTo = isNewSupplier ? supplier.id : undefined;
  if (known === undefined) create(decision, read, linkTo);
  else compare(decision, { read, known, linkTo });
  decision.accepted.push({ code: value.sku, spelling: read.spelling, line });
}

/** A later line of a code that this file has defined changes nothing. */
function isRepeat(
  { around, defined, claimed, repeated, counts }: Decision,
  { line, spelling, value }: ReadLine<ProductFileLine>,
  supplierId: number | undefined,
): boolean {
  const { sku } = value;
  const inBatch = defined.get(sku);
  const known = inBatch === undefined ? around.products.get(sku) : undefined;
  const firstLine = inBatch?.line ?? (known === undefined ? undefined : around.firstLine(sku));
  const definition = inBatch ?? known;
  if (firstLine === undefined || definition === undefined) return false;
  const differs =
    isChanged(definition, value) ||
    (supplierId !== undefined && supplierId !== definition.supplierId) ||
    value.barcodes.some(({ code }) => (around.barcodes.get(code) ?? claimed.get(code))?.sku !== sku);
  repeated.push({ code: sku, spelling, line, firstLine, differs });
  counts.replayed += 1;
  return true;
}

/** One code means one thing. @returns why it would not */
function codeConflict(decision: Decision, line: ProductFileLine): string | undefined {
  for (const barcode of line.barcodes) {
    const conflict = barcodeConflict(decision, line.sku, barcode);
    if (conflict !== undefined) return conflict;
  }
  return decision.around.products.has(line.sku) ? undefined : skuConflict(decision, line.sku);
}

function barcodeConflict(
  { around, claimed, defined }: Decision,
  sku: string,
  { code, unitsPerScan }: PackBarcode,
): string | undefined {
  const owner = around.barcodes.get(code) ?? claimed.get(code);
  if (owner !== undefined && owner.sku !== sku) {
    return `barcode ${code} is a barcode of ${owner.sku} already`;
  }
  if (owner !== undefined && owner.unitsPerScan !== unitsPerScan) {
    return `barcode ${code} stands for ${owner.unitsPerScan} units already, not ${unitsPerScan}`;
  }
  const asSku = skuOf(code);
  if (asSku === undefined || (asSku === sku && unitsPerScan === 1)) return undefined;
  const isSku = asSku === sku || around.products.has(asSku) || defined.has(asSku);
  return isSku ? `barcode ${code} is the SKU of ${asSku} already` : undefined;
}

function skuConflict({ around, claimedAsSku }: Decision, sku: string): string | undefined {
  const { barcodes } = around;
  const owner =
    barcodes.get(sku)?.sku ?? barcodes.get(sku.toLowerCase())?.sku ?? claimedAsSku.get(sku);
  if (owner === undefined || owner === sku) return undefined;
  return `the code ${sku} is a barcode of ${owner} already`;
}

function create(
  decision: Decision,
  { line, value }: ReadLine<ProductFileLine>,
  linkTo: number | undefined,
): void {
  const { sku, name, unit = 'pcs', minLevel = 0, safetyStock = 0, cost = null } = value;
  const fields = { name, unit, minLevel, safetyStock, cost };
  decision.created.push({ sku, line, ...fields });
  decision.counts.created += 1;
  decision.defined.set(sku, { ...fields, line, supplierId: linkTo ?? null });
  addCodes(decision, { sku, line }, value.barcodes);
  if (linkTo !== undefined) decision.links.push({ sku, supplierId: linkTo, line });
}

function compare(
  decision: Decision,
  {
    read: { line, value },
    known,
    linkTo,
  }: {
    readonly read: ReadLine<ProductFileLine>;
    readonly known: KnownProduct;
    readonly linkTo: number | undefined;
  },
): void {
  const { around, counts, defined } = decision;
  const { sku } = value;
  const fresh = value.barcodes.filter(({ code }) => !around.barcodes.has(code));
  const hasNewFields = isChanged(known, value);
  if (!hasNewFields && fresh.length === 0 && linkTo === undefined) {
    counts.replayed += 1;
    defined.set(sku, { ...known, line });
    return;
  }
  if (!around.update) {
    counts.kept += 1;
    defined.set(sku, { ...known, line });
    return;
  }
  const after = {
    name: value.name,
    unit: value.unit ?? known.unit,
    minLevel: value.minLevel ?? known.minLevel,
    safetyStock: value.safetyStock ?? known.safetyStock,
    cost: value.cost ?? known.cost,
  };
  counts.updated += 1;
  defined.set(sku, { ...after, line, supplierId: linkTo ?? known.supplierId });
  if (hasNewFields) {
    decision.changed.push({ id: known.id, version: known.version, sku, line, ...after });
  }
  addCodes(decision, { sku, line }, fresh);
  if (linkTo !== undefined) decision.links.push({ sku, supplierId: linkTo, line });
}

function addCodes(
  { barcodes, claimed, claimedAsSku }: Decision,
  { sku, line }: { readonly sku: string; readonly line: number },
  added: readonly PackBarcode[],
): void {
  for (const { code, unitsPerScan } of added) {
    barcodes.push({ code, unitsPerScan, sku, line });
    claimed.set(code, { sku, unitsPerScan });
    const asSku = skuOf(code);
    if (asSku !== undefined) claimedAsSku.set(asSku, sku);
  }
}

/** Only what the line says is compared: an absent and an empty cell mean "as it is". */
function isChanged(known: ProductFields, line: ProductFileLine): boolean {
  return (
    line.name !== known.name ||
    (line.unit !== undefined && line.unit !== known.unit) ||
    (line.minLevel !== undefined && line.minLevel !== known.minLevel) ||
    (line.safetyStock !== undefined && line.safetyStock !== known.safetyStock) ||
    (line.cost !== undefined && line.cost !== known.cost)
  );
}

function skuOf(code: string): string | undefined {
  const sku = parseSku(code);
  return sku.ok ? sku.value : undefined;
}
