import { fingerprint } from '../../domain/fingerprint.ts';
import { lineRequestId } from '../../domain/parse/request-id.ts';
import { parseStockLine } from '../../domain/parse/lines.ts';
import type { LineProblem, StockLine } from '../../domain/parse/lines.ts';
import type { Origin, PostingDraft, PostingKind } from '../../domain/posting.ts';
import type { LineError } from '../files/import-report.ts';
import type { Catalogue, CodeReference, ProductReference } from '../../ports/catalogue.ts';

/** A line of a file as it was read: its cells by field, or why it cannot be read. */
export interface FileLine {
  readonly line: number;
  readonly values?: Readonly<Record<string, string>> | undefined;
  readonly problem?: string | undefined;
}

/** What a file is booked as. */
export interface FileMeaning {
  /** `in` and `out` take plain quantities; `import` takes signed ones, as they change the stock. */
  readonly kind: 'in' | 'out' | 'import';
  /** What a negative quantity on a line of `in` or `out` means: an error, or goods that come back. */
  readonly negative: 'reject' | 'return';
  /** For lines that do not say. */
  readonly defaults: {
    readonly location: string;
    readonly supplier: string | null;
    readonly unitCost: string | null;
    readonly reference: string | null;
    readonly reason: string | null;
    /** ISO 8601 UTC. */
    readonly occurredAt: string | null;
  };
  /** Begins the request id of each line that has none of its own; null = the file's hash. */
  readonly requestId: string | null;
  readonly fileSha256: string;
}

export interface ReadLine {
  readonly line: number;
  readonly value: StockLine;
}

export type LineDraft =
  { readonly line: number; readonly draft: PostingDraft } | { readonly error: LineError };

/** @returns the line's values, or everything that is wrong with it in one error */
export function readLine(
  { line, values, problem }: FileLine,
  meaning: FileMeaning,
): ReadLine | { readonly error: LineError } {
  if (values === undefined) return { error: invalid(line, problem ?? 'unreadable', null) };
  const signed = meaning.kind === 'import' || meaning.negative === 'return';
  const parsed = parseStockLine(values, { signed });
  if (parsed.ok) return { line, value: parsed.value };
  return { error: invalid(line, problemText(parsed.problems), values['sku'] ?? null) };
}

/** Turns read lines into drafts, with three look-ups for all of them. */
export async function draftLines(
  lines: readonly ReadLine[],
  meaning: FileMeaning,
  { catalogue, origin }: { readonly catalogue: Catalogue; readonly origin: Origin },
): Promise<readonly LineDraft[]> {
  const { defaults } = meaning;
  const locationOf = (value: StockLine): string => value.location ?? defaults.location;
  const supplierOf = (value: StockLine): string | null => value.supplier ?? defaults.supplier;
  const products = await catalogue.findProducts(lines.map(({ value }) => value.sku));
  const locations = await catalogue.findLocations(lines.map(({ value }) => locationOf(value)));
  const suppliers = await catalogue.findSuppliers(
    lines.flatMap(({ value }) => supplierOf(value) ?? []),
  );
  return lines.map(({ line, value }): LineDraft => {
    const product = products.get(value.sku);
    const location = locations.get(locationOf(value));
    const supplierCode = supplierOf(value);
    const supplier = supplierCode === null ? null : suppliers.get(supplierCode);
    if (product === undefined) return missing(line, value.sku, `product or barcode ${value.sku}`);
    if (location === undefined) return missing(line, value.sku, `location ${locationOf(value)}`);
    if (supplier === undefined) return missing(line, value.sku, `supplier ${supplierCode ?? ''}`);
    return { line, draft: draftOf({ line, value, product, location, supplier }, meaning, origin) };
  });
}

interface Resolved extends ReadLine {
  readonly product: ProductReference;
  readonly location: CodeReference;
  readonly supplier: CodeReference | null;
}

function draftOf(
  { line, value, product, location, supplier }: Resolved,
  meaning: FileMeaning,
  origin: Origin,
): PostingDraft {
  const { defaults } = meaning;
  const kind = kindOf(value, meaning);
  const reference = value.reference ?? defaults.reference;
  const reason = value.reason ?? defaults.reason;
  const occurredAt = value.occurredAt?.toISOString() ?? defaults.occurredAt;
  const drafted = {
    productId: product.id,
    sku: product.sku,
    locationId: location.id,
    location: location.code,
    quantity: meaning.kind === 'out' ? -value.quantity : value.quantity,
    unitCost: value.cost ?? defaults.unitCost,
  };
  return {
    requestId: value.requestId ?? requestIdOf(line, meaning),
    fingerprint: fingerprint({
      kind,
      lines: [drafted],
      reason,
      reference,
      supplier: supplier?.code ?? null,
      occurredAt,
    }),
    kind,
    origin,
    reason,
    reference,
    supplierId: supplier?.id ?? null,
    occurredAt,
    reversesId: null,
    lines: [drafted],
  };
}

/** A negative line of `in` or `out` goes the other way, and says that it is a return. */
function kindOf(value: StockLine, { kind }: FileMeaning): PostingKind {
  return kind !== 'import' && value.quantity < 0 ? 'return' : kind;
}

/** The direction is part of the id: one file may be received and, another day, shipped. */
function requestIdOf(line: number, { kind, requestId, fileSha256 }: FileMeaning): string {
  return requestId === null
    ? `${kind}:${lineRequestId(fileSha256, line)}`
    : `${requestId}:${String(line)}`;
}

function problemText(problems: readonly LineProblem[]): string {
  return problems.map(({ column, message }) => `${column}: ${message}`).join('; ');
}

function invalid(line: number, message: string, sku: string | null): LineError {
  return { line, code: 'INVALID_INPUT', message, sku };
}

function missing(line: number, sku: string, what: string): LineDraft {
  return { error: { line, code: 'NOT_FOUND', message: `there is no ${what}`, sku } };
}
